//! How large a HEIC is, by the boxes that come before its pictures.

use std::io::{Read, Seek, SeekFrom};

use heifer::heifer_hevc_dec::nal::NalUnit;
use heifer::heifer_hevc_dec::params::ParameterSets;
use heifer::heifer_isobmff::boxes::Property;
use heifer::heifer_isobmff::{HeifFile, ItemId};

use super::Claim;
use crate::header::MAX_PIXELS;
use crate::orientation::Turn;
use crate::{Kind, NotAPhoto, Refusal};

/// Far more than the description of any photo takes.
const MAX_META: u64 = 1024 * 1024;

/// A tile is 512 × 512 pixels on a phone, and a photo has 240 of them at the most.
const MAX_TILES: usize = 4096;

/// What the brands of an ISO media file make of it.
pub fn brand(head: &[u8]) -> Result<Kind, NotAPhoto> {
    let declared = u32::from_be_bytes([head[0], head[1], head[2], head[3]]) as usize;
    let end = declared.clamp(16, 512).min(head.len());
    let (major, others) = (head.get(8..12).unwrap_or_default(), head.get(16..end).unwrap_or_default());
    let named = |brands: &[&[u8]]| brands.contains(&major) || others.chunks_exact(4).any(|one| brands.contains(&one));
    if named(&[b"avif", b"avis"]) {
        Err(NotAPhoto::Avif)
    } else if named(&[b"heic", b"heix", b"heim", b"heis", b"mif1", b"mif2", b"msf1"]) {
        Ok(Kind::Heic)
    } else {
        Err(NotAPhoto::Video)
    }
}

pub fn claim(file: &mut (impl Read + Seek), bytes: u64) -> Result<Claim, Refusal> {
    let boxes = description(file, bytes)?;
    let parsed = HeifFile::parse(&boxes).map_err(|_| Refusal::Damaged)?;
    let id = parsed.primary_id;
    let (width, height) = parsed.image_size(id).ok().flatten().ok_or(Refusal::Damaged)?;
    let pixels = u64::from(width) * u64::from(height);
    if pixels > MAX_PIXELS {
        return Err(Refusal::TooManyPixels);
    }
    let tiled = check_item(&parsed, id, pixels)?;
    let mut tenths_per_pixel = if tiled { 50 } else { 120 };
    for beside in parsed.referencing_items(id, b"auxl") {
        // Transparency, and pictures beside the picture that are never decoded: none may be a trap.
        if is_alpha(&parsed, beside) {
            check_item(&parsed, beside, pixels)?;
            tenths_per_pixel += tenths_per_pixel;
        }
    }
    if !transforms(&parsed).removable {
        tenths_per_pixel += 40;
    }
    Ok(Claim { width, height, tenths_per_pixel, coefficients: false })
}

fn is_alpha(file: &HeifFile<'_>, id: ItemId) -> bool {
    file.item_properties(id).is_ok_and(|mut properties| {
        properties.any(
            |one| matches!(one, Property::AuxiliaryType(kind) if kind.contains("alpha") || kind.ends_with("auxid:1")),
        )
    })
}

/// The boxes `ftyp` and `meta`, without the pictures.
fn description(file: &mut (impl Read + Seek), bytes: u64) -> Result<Vec<u8>, Refusal> {
    let mut boxes = Vec::new();
    let mut at = 0;
    // `ftyp` is first and `meta` among the next few.
    for _ in 0..64 {
        if bytes.saturating_sub(at) < 8 {
            break;
        }
        file.seek(SeekFrom::Start(at))?;
        let mut start = [0; 8];
        file.read_exact(&mut start)?;
        let [a, b, c, d, kind @ ..] = start;
        let mut length = u64::from(u32::from_be_bytes([a, b, c, d]));
        if length == 1 {
            let mut long = [0; 8];
            file.read_exact(&mut long)?;
            length = u64::from_be_bytes(long);
        } else if length == 0 {
            length = bytes - at;
        }
        if length < 8 {
            return Err(Refusal::Damaged);
        }
        let end = at.checked_add(length).ok_or(Refusal::Damaged)?;
        if matches!(&kind, b"ftyp" | b"meta") {
            if length > MAX_META {
                return Err(Refusal::Damaged);
            }
            if end > bytes {
                return Err(Refusal::CutOff);
            }
            file.seek(SeekFrom::Start(at))?;
            file.take(length).read_to_end(&mut boxes)?;
            if &kind == b"meta" {
                return Ok(boxes);
            }
        }
        at = end;
    }
    // All of it may be there but this; a file that was cut off ends within the box that it says to have.
    Err(if at > bytes { Refusal::CutOff } else { Refusal::Damaged })
}

/// Whether a picture is made of tiles. What it is made of has to be plain, since derived pictures can be nested to make
/// work without end: coded pictures no larger than the whole, or a grid of such that covers it about once.
fn check_item(file: &HeifFile<'_>, id: ItemId, pixels: u64) -> Result<bool, Refusal> {
    let room = pixels + pixels / 4 + 1024 * 1024;
    match &file.item(id).map_err(|_| Refusal::Damaged)?.item_type.0 {
        b"hvc1" => coded_pixels(file, id).and_then(|coded| within(coded, room)).map(|()| false),
        b"grid" => {
            let tiles = file.referenced_items(id, b"dimg");
            if tiles.is_empty() || tiles.len() > MAX_TILES {
                return Err(Refusal::Damaged);
            }
            let mut total = 0_u64;
            for &tile in tiles {
                let kind = file.item(tile).map_err(|_| Refusal::Damaged)?.item_type.0;
                if &kind != b"hvc1" || !file.referencing_items(tile, b"auxl").is_empty() {
                    return Err(Refusal::Unreadable);
                }
                total = total.saturating_add(coded_pixels(file, tile)?);
            }
            // The tiles of the last row and column stick out of the picture.
            within(total, room + pixels).map(|()| true)
        }
        _ => Err(Refusal::Unreadable),
    }
}

fn within(pixels: u64, room: u64) -> Result<(), Refusal> {
    if pixels > room { Err(Refusal::Damaged) } else { Ok(()) }
}

/// The size of a coded picture by its own parameters, which is what the decoder goes by.
fn coded_pixels(file: &HeifFile<'_>, id: ItemId) -> Result<u64, Refusal> {
    let config = file.hevc_config(id).ok().flatten().ok_or(Refusal::Damaged)?;
    let mut sets = ParameterSets::default();
    for unit in &config.nal_units {
        // Units that are no parameter sets, or odd ones, are the decoder's to judge.
        if let Ok(unit) = NalUnit::parse(unit) {
            let _ = sets.add(&unit);
        }
    }
    let coded = sets
        .sps
        .iter()
        .flatten()
        .map(|sps| u64::from(sps.pic_width_in_luma_samples) * u64::from(sps.pic_height_in_luma_samples))
        .max();
    coded.ok_or(Refusal::Unreadable)
}

/// What the file says is to be done to the decoded picture.
pub(crate) struct Transforms {
    /// All turns and mirrorings, in their order.
    pub turn: Turn,
    /// Whether `turn` may be left to us: nothing but turning is to be done after the first of them.
    pub removable: bool,
}

pub(crate) fn transforms(file: &HeifFile<'_>) -> Transforms {
    let mut found = Transforms { turn: Turn::default(), removable: true };
    let Ok(properties) = file.item_properties(file.primary_id) else { return found };
    for property in properties {
        match *property {
            Property::Rotation(quarters) => found.turn = found.turn.then(Turn::from_quarters(quarters)),
            Property::Mirror(top_bottom) => found.turn = found.turn.then(Turn::from_mirror(top_bottom)),
            // A crop is in the directions of the picture as it is by then.
            Property::CleanAperture { .. } => found.removable = false,
            _ => {}
        }
    }
    found
}
