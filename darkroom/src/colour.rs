//! Colours as they were meant: from the profile of a photo to sRGB.

use std::sync::Arc;

use moxcms::{
    CicpColorPrimaries, CicpProfile, ColorProfile, DataColorSpace, Layout, MatrixCoefficients, TransferCharacteristics,
    TransformExecutor, TransformOptions,
};

use crate::picture::Picture;

/// What a photo says about its colours.
pub(crate) enum Profile {
    /// Nothing: it is in sRGB.
    None,
    /// An ICC profile.
    Icc(Vec<u8>),
    /// Code points of ITU-T H.273, as video has them.
    Coded { primaries: u16, transfer: u16 },
}

type Transform = Arc<dyn TransformExecutor<u8> + Send + Sync>;

/// Turns the colours of a picture into sRGB, row by row and in place. A profile that cannot be read, or is one for
/// something else than pixels of red, green and blue or grey, is as good as none: a photo in slightly wrong colours is
/// better than none.
pub(crate) fn to_srgb(picture: &mut Picture, profile: &Profile) {
    let Some(source) = read(profile) else { return };
    let srgb = ColorProfile::new_srgb();
    let options = TransformOptions::default();
    let layout = if picture.alpha { Layout::Rgba } else { Layout::Rgb };
    match source.color_space {
        DataColorSpace::Rgb => {
            if let Ok(transform) = source.create_transform_8bit(layout, &srgb, layout, options)
                && !changes_nothing(&transform, picture.channels())
            {
                colours(picture, &transform);
            }
        }
        DataColorSpace::Gray => {
            if let Ok(transform) = source.create_transform_8bit(Layout::Gray, &srgb, Layout::Rgb, options) {
                greys(picture, &transform);
            }
        }
        _ => {}
    }
}

fn read(profile: &Profile) -> Option<ColorProfile> {
    match profile {
        Profile::None => None,
        Profile::Icc(bytes) => ColorProfile::new_from_slice(bytes).ok(),
        // sRGB, or what video for screens has, which is shown as such everywhere.
        Profile::Coded { primaries: 1 | 2, transfer: 1 | 2 | 6 | 13 } => None,
        Profile::Coded { primaries: 12, transfer: 1 | 2 | 6 | 13 } => Some(ColorProfile::new_display_p3()),
        Profile::Coded { primaries, transfer } => {
            let coded = CicpProfile {
                color_primaries: CicpColorPrimaries::try_from(u8::try_from(*primaries).ok()?).ok()?,
                transfer_characteristics: TransferCharacteristics::try_from(u8::try_from(*transfer).ok()?).ok()?,
                matrix_coefficients: MatrixCoefficients::Bt709,
                full_range: true,
            };
            let mut profile = ColorProfile::new_srgb();
            profile.update_rgb_colorimetry_from_cicp(coded).then_some(profile)
        }
    }
}

/// Most photos carry a profile that is sRGB. Asked of a few colours, which costs nothing beside the whole picture.
fn changes_nothing(transform: &Transform, channels: usize) -> bool {
    let mut samples = Vec::new();
    for red in (0..=255).step_by(51) {
        for green in (0..=255).step_by(51) {
            for blue in (0..=255).step_by(51) {
                samples.extend_from_slice(&[red as u8, green as u8, blue as u8, 255][..channels]);
            }
        }
    }
    let mut changed = vec![0; samples.len()];
    transform.transform(&samples, &mut changed).is_ok()
        && samples.iter().zip(&changed).all(|(before, after)| before.abs_diff(*after) <= 1)
}

fn colours(picture: &mut Picture, transform: &Transform) {
    let stride = picture.stride();
    let mut before = vec![0; stride];
    for row in picture.pixels.chunks_exact_mut(stride) {
        before.copy_from_slice(row);
        if transform.transform(&before, row).is_err() {
            row.copy_from_slice(&before);
        }
    }
}

fn greys(picture: &mut Picture, transform: &Transform) {
    let (stride, channels) = (picture.stride(), picture.channels());
    let mut grey = vec![0; picture.width as usize];
    let mut after = vec![0; grey.len() * 3];
    for row in picture.pixels.chunks_exact_mut(stride) {
        for (level, pixel) in grey.iter_mut().zip(row.chunks_exact(channels)) {
            *level = pixel[0];
        }
        if transform.transform(&grey, &mut after).is_ok() {
            for (pixel, rgb) in row.chunks_exact_mut(channels).zip(after.chunks_exact(3)) {
                pixel[..3].copy_from_slice(rgb);
            }
        }
    }
}
