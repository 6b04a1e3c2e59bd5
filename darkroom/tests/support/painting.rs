//! Pictures made of numbers.

/// A picture that has what photos have: large soft shapes, edges, and a little noise.
pub fn landscape(width: u32, height: u32) -> Vec<u8> {
    let mut pixels = Vec::with_capacity(width as usize * height as usize * 3);
    let mut seed = 1_u32;
    let columns: Vec<f32> = (0..width).map(|x| x as f32 / width as f32).collect();
    let waves: Vec<f32> = columns.iter().map(|x| 0.45 + 0.1 * (x * 9.0).sin() + 0.03 * (x * 41.0).sin()).collect();
    for y in 0..height {
        let down = y as f32 / height as f32;
        for (x, wave) in columns.iter().zip(&waves) {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let noise = (seed >> 28) as f32 - 8.0;
            let grain = if down > *wave { 25.0 * (x * 700.0).sin() * (down * 500.0).sin() } else { 0.0 };
            let [red, green, blue] = if down > *wave {
                [70.0, 110.0 - 60.0 * down, 40.0]
            } else {
                [120.0 + 90.0 * down, 160.0, 225.0 - 80.0 * x]
            };
            for sample in [red, green, blue] {
                pixels.push((sample + noise + grain).clamp(0.0, 255.0) as u8);
            }
        }
    }
    pixels
}

/// Red, green, blue and yellow in the corners from the upper left one, left to right, and grey between them: any two
/// of its eight orientations can be told from each other.
pub fn corners(width: u32, height: u32) -> Vec<u8> {
    let mut pixels = Vec::new();
    for y in 0..height {
        for x in 0..width {
            let (left, right) = (x < width / 4, x >= width - width / 4);
            let (top, bottom) = (y < height / 4, y >= height - height / 4);
            pixels.extend_from_slice(match (left, right, top, bottom) {
                (true, _, true, _) => &[220, 30, 30],
                (_, true, true, _) => &[30, 200, 30],
                (true, _, _, true) => &[30, 30, 220],
                (_, true, _, true) => &[220, 220, 30],
                _ => &[150, 140, 130],
            });
        }
    }
    pixels
}

/// The upright picture as it is stored by a camera held in this EXIF orientation. Written apart from what is tested,
/// in the words of the specification: where row 0 and column 0 of the stored picture lie.
pub fn stored_as(orientation: u8, width: u32, height: u32, upright: &[u8]) -> (u32, u32, Vec<u8>) {
    let exchanged = orientation >= 5;
    let (stored_width, stored_height) = if exchanged { (height, width) } else { (width, height) };
    let mut pixels = Vec::with_capacity(upright.len());
    for row in 0..stored_height {
        for column in 0..stored_width {
            let (last_x, last_y) = (width - 1, height - 1);
            let (x, y) = match orientation {
                // Row 0 is the top, column 0 the left side.
                1 => (column, row),
                // The top, the right side.
                2 => (last_x - column, row),
                // The bottom, the right side.
                3 => (last_x - column, last_y - row),
                // The bottom, the left side.
                4 => (column, last_y - row),
                // The left side, the top.
                5 => (row, column),
                // The right side, the top.
                6 => (last_x - row, column),
                // The right side, the bottom.
                7 => (last_x - row, last_y - column),
                // The left side, the bottom.
                _ => (row, last_y - column),
            };
            let at = (y as usize * width as usize + x as usize) * 3;
            pixels.extend_from_slice(&upright[at..at + 3]);
        }
    }
    (stored_width, stored_height, pixels)
}
