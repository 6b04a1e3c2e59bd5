//! A decoded picture.

use crate::orientation::Turn;

/// A decoded picture in eight bits a channel: red, green, blue and, if anything of it can be seen through, alpha.
pub(crate) struct Picture {
    pub width: u32,
    pub height: u32,
    pub alpha: bool,
    pub pixels: Vec<u8>,
    /// What is to be done to it to stand upright.
    pub turn: Turn,
}

impl Picture {
    /// Bytes a pixel.
    pub fn channels(&self) -> usize {
        if self.alpha { 4 } else { 3 }
    }

    /// Bytes a row.
    pub fn stride(&self) -> usize {
        self.width as usize * self.channels()
    }

    /// Width and height once it stands upright.
    pub fn upright_size(&self) -> (u32, u32) {
        if self.turn.transpose { (self.height, self.width) } else { (self.width, self.height) }
    }

    /// From four channels, of which the fourth is dropped where nothing can be seen through. In place: the picture may
    /// be large.
    pub fn from_rgba(width: u32, height: u32, mut pixels: Vec<u8>, turn: Turn) -> Self {
        let alpha = pixels.chunks_exact(4).any(|pixel| pixel[3] != 255);
        if !alpha {
            drop_alpha(&mut pixels);
        }
        Self { width, height, alpha, pixels, turn }
    }

    /// From four channels, of which the fourth is dropped.
    pub fn without_alpha(width: u32, height: u32, mut pixels: Vec<u8>, turn: Turn) -> Self {
        drop_alpha(&mut pixels);
        Self { width, height, alpha: false, pixels, turn }
    }
}

fn drop_alpha(pixels: &mut Vec<u8>) {
    let count = pixels.len() / 4;
    for at in 0..count {
        pixels.copy_within(at * 4..at * 4 + 3, at * 3);
    }
    pixels.truncate(count * 3);
    pixels.shrink_to_fit();
}
