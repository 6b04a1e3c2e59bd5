//! Which way up a picture is, and turning it.

use crate::picture::Picture;

/// What is to be done to a stored picture so that it stands upright: rows and columns are exchanged if `transpose`,
/// and then it is mirrored left to right and top to bottom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Turn {
    pub transpose: bool,
    pub flip_x: bool,
    pub flip_y: bool,
}

/// Rows and columns that are turned together, so that what is read and written stays in the processor's caches.
const BLOCK: usize = 32;

impl Turn {
    const fn new(transpose: bool, flip_x: bool, flip_y: bool) -> Self {
        Self { transpose, flip_x, flip_y }
    }

    /// The EXIF tag Orientation, 1 to 8; anything else says nothing.
    pub fn from_exif(orientation: u8) -> Self {
        match orientation {
            2 => Self::new(false, true, false),
            3 => Self::new(false, true, true),
            4 => Self::new(false, false, true),
            5 => Self::new(true, false, false),
            6 => Self::new(true, true, false),
            7 => Self::new(true, true, true),
            8 => Self::new(true, false, true),
            _ => Self::default(),
        }
    }

    /// HEIF's `irot`: quarters of a turn against the clock.
    pub fn from_quarters(quarters: u8) -> Self {
        match quarters % 4 {
            1 => Self::new(true, false, true),
            2 => Self::new(false, true, true),
            3 => Self::new(true, true, false),
            _ => Self::default(),
        }
    }

    /// HEIF's `imir`: top and bottom exchanged, or left and right.
    pub fn from_mirror(top_bottom: bool) -> Self {
        Self::new(false, !top_bottom, top_bottom)
    }

    /// This, and `next` after it.
    pub fn then(self, next: Self) -> Self {
        let (x, y) = if next.transpose { (self.flip_y, self.flip_x) } else { (self.flip_x, self.flip_y) };
        Self::new(self.transpose ^ next.transpose, next.flip_x ^ x, next.flip_y ^ y)
    }

    /// Where the pixel at `x`, `y` of the upright picture (of this size) lies in the stored one.
    pub fn source(self, (x, y): (usize, usize), (width, height): (usize, usize)) -> (usize, usize) {
        let u = if self.flip_x { width - 1 - x } else { x };
        let v = if self.flip_y { height - 1 - y } else { y };
        if self.transpose { (v, u) } else { (u, v) }
    }
}

/// The picture, upright. Makes a copy of it if it has to be turned, so it is meant for the smaller sizes.
pub(crate) fn upright(picture: Picture) -> Picture {
    if picture.turn == Turn::default() {
        return picture;
    }
    let (width, height) = picture.upright_size();
    let mut pixels = vec![0; picture.pixels.len()];
    let rows = BLOCK * width as usize * picture.channels();
    for (band, out) in pixels.chunks_mut(rows.max(1)).enumerate() {
        upright_rows(&picture, band * BLOCK, out);
    }
    Picture { width, height, alpha: picture.alpha, pixels, turn: Turn::default() }
}

/// Fills `out` with the rows of the upright picture from `first` on.
pub(crate) fn upright_rows(picture: &Picture, first: usize, out: &mut [u8]) {
    let channels = picture.channels();
    let size = picture.upright_size();
    let (width, height) = (size.0 as usize, size.1 as usize);
    let stored = picture.width as usize;
    let stride = width * channels;
    let count = out.len() / stride.max(1);
    for left in (0..width).step_by(BLOCK) {
        for row in 0..count {
            for x in left..(left + BLOCK).min(width) {
                let (from_x, from_y) = picture.turn.source((x, first + row), (width, height));
                let from = (from_y * stored + from_x) * channels;
                let to = row * stride + x * channels;
                out[to..to + channels].copy_from_slice(&picture.pixels[from..from + channels]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: std::ops::RangeInclusive<u8> = 1..=8;

    /// Two by three pixels, each a number.
    fn numbered(turn: Turn) -> Picture {
        let pixels = (1..=6).flat_map(|number| [number; 3]).collect();
        Picture { width: 2, height: 3, alpha: false, pixels, turn }
    }

    fn numbers(picture: &Picture) -> Vec<u8> {
        picture.pixels.chunks_exact(3).map(|pixel| pixel[0]).collect()
    }

    #[test]
    fn each_orientation_is_as_exif_has_it() {
        let expected: [&[u8]; 8] = [
            &[1, 2, 3, 4, 5, 6],
            &[2, 1, 4, 3, 6, 5],
            &[6, 5, 4, 3, 2, 1],
            &[5, 6, 3, 4, 1, 2],
            &[1, 3, 5, 2, 4, 6],
            &[5, 3, 1, 6, 4, 2],
            &[6, 4, 2, 5, 3, 1],
            &[2, 4, 6, 1, 3, 5],
        ];
        for (orientation, expected) in ALL.zip(expected) {
            let picture = upright(numbered(Turn::from_exif(orientation)));
            assert_eq!(numbers(&picture), expected, "orientation {orientation}");
        }
    }

    #[test]
    fn one_turn_after_another_is_one_turn() {
        for first in ALL.map(Turn::from_exif) {
            for second in ALL.map(Turn::from_exif) {
                let at_once = upright(numbered(first.then(second)));
                let between = upright(numbered(first));
                let in_turn = upright(Picture { turn: second, ..between });
                assert_eq!(numbers(&at_once), numbers(&in_turn), "{first:?} then {second:?}");
            }
        }
    }
}
