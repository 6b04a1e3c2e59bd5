//! A JPEG of a picture, upright and with nothing but pixels in it.

use std::cell::RefCell;
use std::io;

use jpeg_encoder::{ChromaSubsamplingMethod, Encoder, ImageBuffer, JpegColorType, SamplingFactor, rgb_to_ycbcr};

use crate::orientation::{Turn, upright_rows};
use crate::picture::Picture;

/// Rows of the upright picture that are gathered at a time.
const BAND: usize = 32;

/// Encodes the picture upright, in the JFIF form that every viewer reads. What can be seen through is white.
pub(crate) fn encode(picture: &Picture, quality: u8) -> io::Result<Vec<u8>> {
    let (width, height) = picture.upright_size();
    let side = |side: u32| u16::try_from(side).map_err(io::Error::other);
    let (width, height) = (side(width)?, side(height)?);
    let mut out = Vec::with_capacity(picture.pixels.len() / 16);
    let mut encoder = Encoder::new(&mut out, quality);
    encoder.set_sampling_factor(SamplingFactor::F_2_2);
    encoder.set_chroma_subsampling_method(ChromaSubsamplingMethod::Average);
    // `encode` would be compiled here for every kind of pixels there is.
    encoder.encode_image(Rows { picture, width, height, band: RefCell::default() }).map_err(io::Error::other)?;
    Ok(out)
}

/// The rows of a picture as they are when it stands upright, on white.
struct Rows<'a> {
    picture: &'a Picture,
    width: u16,
    height: u16,
    band: RefCell<Band>,
}

#[derive(Default)]
struct Band {
    first: Option<usize>,
    pixels: Vec<u8>,
}

impl ImageBuffer for Rows<'_> {
    fn get_jpeg_color_type(&self) -> JpegColorType {
        JpegColorType::Ycbcr
    }

    fn width(&self) -> u16 {
        self.width
    }

    fn height(&self) -> u16 {
        self.height
    }

    fn fill_buffers(&self, y: u16, buffers: &mut [Vec<u8>; 4]) {
        let stride = usize::from(self.width) * self.picture.channels();
        if self.picture.turn == Turn::default() && !self.picture.alpha {
            return fill(&self.picture.pixels[usize::from(y) * stride..][..stride], 3, buffers);
        }
        let (first, row) = (usize::from(y) / BAND * BAND, usize::from(y) % BAND);
        let mut band = self.band.borrow_mut();
        if band.first != Some(first) {
            band.pixels.resize(BAND.min(usize::from(self.height) - first) * stride, 0);
            upright_rows(self.picture, first, &mut band.pixels);
            if self.picture.alpha {
                on_white(&mut band.pixels);
            }
            band.first = Some(first);
        }
        fill(&band.pixels[row * stride..][..stride], self.picture.channels(), buffers);
    }
}

/// Pixels that the compiler turns at once.
const CHUNK: usize = 16;

fn fill(row: &[u8], channels: usize, [luma, blue, red, _]: &mut [Vec<u8>; 4]) {
    for chunk in row.chunks(CHUNK * channels) {
        let mut turned = [[0; CHUNK]; 3];
        let mut count = 0;
        for (at, pixel) in chunk.chunks_exact(channels).enumerate() {
            (turned[0][at], turned[1][at], turned[2][at]) = rgb_to_ycbcr(pixel[0], pixel[1], pixel[2]);
            count += 1;
        }
        luma.extend_from_slice(&turned[0][..count]);
        blue.extend_from_slice(&turned[1][..count]);
        red.extend_from_slice(&turned[2][..count]);
    }
}

fn on_white(pixels: &mut [u8]) {
    for pixel in pixels.chunks_exact_mut(4) {
        let alpha = u32::from(pixel[3]);
        for sample in &mut pixel[..3] {
            *sample = ((u32::from(*sample) * alpha + 255 * (255 - alpha) + 127) / 255) as u8;
        }
    }
}
