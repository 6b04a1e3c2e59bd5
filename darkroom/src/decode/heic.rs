//! HEIC.

use std::fs;
use std::path::Path;

use heifer::heifer_isobmff::boxes::{ColorInfo, Property};
use heifer::heifer_isobmff::{BoxIter, HeifFile};
use heifer::{Error, Options};

use crate::colour::Profile;
use crate::inspect::heic_transforms;
use crate::orientation::Turn;
use crate::picture::Picture;
use crate::{Header, Refusal};

/// Tiles that are decoded at once: the server has other things to do.
const THREADS: usize = 2;

pub(super) fn decode(path: &Path, header: &Header) -> Result<(Picture, Profile), Refusal> {
    let mut bytes = fs::read(path)?;
    let (turn, profile) = {
        let file = HeifFile::parse(&bytes).map_err(|_| Refusal::Damaged)?;
        let transforms = heic_transforms(&file);
        (transforms.removable.then_some(transforms.turn), profile(&file))
    };
    // The decoder would turn the picture by making another of the same size. It is turned while it is encoded instead.
    // EXIF says the same once more, for information only, and is not asked.
    let turn = match turn {
        Some(turn) if turn != Turn::default() => {
            leave_as_stored(&mut bytes);
            turn
        }
        _ => Turn::default(),
    };
    // Coded pictures are a little larger than what is shown of them.
    let max_pixels = (u64::from(header.width) + 64) * (u64::from(header.height) + 64);
    let options = Options { max_threads: THREADS, max_pixels };
    let image = heifer::decode_rgba8(&bytes, &options).map_err(refusal)?;
    drop(bytes);
    let expected = u64::from(image.width) * u64::from(image.height) * 4;
    if image.width == 0 || image.height == 0 || image.data.len() as u64 != expected {
        return Err(Refusal::Damaged);
    }
    Ok((Picture::from_rgba(image.width, image.height, image.data, turn), profile))
}

fn refusal(error: Error) -> Refusal {
    match error {
        Error::Unsupported(_) => Refusal::Unreadable,
        _ => Refusal::Damaged,
    }
}

fn profile(file: &HeifFile<'_>) -> Profile {
    let id = file.primary_id;
    if let Ok(Some(icc)) = file.icc_profile(id) {
        return Profile::Icc(icc.to_vec());
    }
    // Either the picture has it or its tiles.
    let tile = file.referenced_items(id, b"dimg").first().copied();
    let found = [Some(id), tile].into_iter().flatten().find_map(|item| {
        file.item_properties(item).ok()?.find_map(|property| match property {
            Property::Color(ColorInfo::Nclx { primaries, transfer, .. }) => Some((*primaries, *transfer)),
            _ => None,
        })
    });
    match found {
        Some((primaries, transfer)) => Profile::Coded { primaries, transfer },
        None => Profile::None,
    }
}

/// Makes all turns and mirrorings in the file void: `irot` by no quarters, and `imir` a box that means nothing.
fn leave_as_stored(bytes: &mut [u8]) {
    let mut properties = (0, bytes.len());
    for (name, inner) in [(b"meta", 4), (b"iprp", 0), (b"ipco", 0)] {
        let Some((start, end)) = children(bytes, properties)
            .into_iter()
            .find_map(|(kind, start, end)| (kind == *name).then_some((start, end)))
        else {
            return;
        };
        properties = (start + inner, end);
    }
    for (kind, start, end) in children(bytes, properties) {
        match &kind {
            b"irot" if start < end => bytes[start] = 0,
            b"imir" if start >= 4 => bytes[start - 4..start].copy_from_slice(b"free"),
            _ => {}
        }
    }
}

/// The boxes within this part of the file: what they are, and where their content begins and ends.
fn children(bytes: &[u8], (start, end): (usize, usize)) -> Vec<([u8; 4], usize, usize)> {
    let Some(part) = bytes.get(start..end) else { return Vec::new() };
    BoxIter::new(part)
        .map_while(Result::ok)
        .map(|found| {
            let content = start + found.offset + usize::try_from(found.header.header_size).unwrap_or(8);
            (found.header.box_type.0, content, content + found.content.len())
        })
        .collect()
}
