//! Smaller pictures.

use std::io;

use fast_image_resize::images::{TypedImage, TypedImageRef};
use fast_image_resize::pixels::{U8x3, U8x4};
use fast_image_resize::{FilterType, PixelTrait, ResizeAlg, ResizeOptions, Resizer};

use crate::picture::Picture;

/// The size of a picture whose longer side is at most `edge`: never larger than it is.
pub(crate) fn fitted(width: u32, height: u32, edge: u32) -> (u32, u32) {
    let longer = width.max(height);
    if longer <= edge {
        return (width, height);
    }
    // Neither side is longer than `longer`, so that no result is larger than `edge`.
    let scaled = |side: u32| {
        let exact = (u64::from(side) * u64::from(edge) + u64::from(longer) / 2) / u64::from(longer);
        u32::try_from(exact).unwrap_or(edge).max(1)
    };
    (scaled(width), scaled(height))
}

/// The picture with its longer side at `edge`, and whether it had to be made smaller for that.
pub(crate) fn smaller(picture: Picture, edge: u32) -> io::Result<(Picture, bool)> {
    let (width, height) = fitted(picture.width, picture.height, edge);
    if (width, height) == (picture.width, picture.height) {
        return Ok((picture, false));
    }
    let resize = if picture.alpha { resized::<U8x4> } else { resized::<U8x3> };
    let pixels = resize(&picture, width, height)?;
    Ok((Picture { width, height, alpha: picture.alpha, pixels, turn: picture.turn }, true))
}

/// By the kind of pixel: the library's own choice among all that there are takes minutes to compile.
fn resized<P: PixelTrait>(picture: &Picture, width: u32, height: u32) -> io::Result<Vec<u8>> {
    let mut pixels = vec![0; width as usize * height as usize * picture.channels()];
    let source = TypedImageRef::<P>::from_buffer(picture.width, picture.height, &picture.pixels);
    let target = TypedImage::<P>::from_buffer(width, height, &mut pixels);
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3));
    Resizer::new()
        .resize_typed(&source.map_err(io::Error::other)?, &mut target.map_err(io::Error::other)?, &options)
        .map_err(io::Error::other)?;
    Ok(pixels)
}

#[cfg(test)]
mod tests {
    use super::fitted;

    #[test]
    fn the_longer_side_fits_and_nothing_grows() {
        assert_eq!(fitted(4000, 3000, 2048), (2048, 1536));
        assert_eq!(fitted(3000, 4000, 1024), (768, 1024));
        assert_eq!(fitted(300, 200, 320), (300, 200));
        assert_eq!(fitted(60_000, 10, 320), (320, 1));
    }
}
