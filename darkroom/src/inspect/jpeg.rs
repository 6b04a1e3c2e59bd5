//! How large a JPEG is: its segments are walked, without reading what is in them, up to the first scan.

use std::io::{Read, Seek, SeekFrom};

use super::Claim;
use crate::Refusal;

/// More segments than any camera writes.
const MAX_SEGMENTS: usize = 4096;

struct Frame {
    width: u32,
    height: u32,
    components: u64,
    progressive: bool,
    /// Tenths of samples for each pixel, of all components together.
    samples: u64,
}

pub fn claim(file: &mut (impl Read + Seek)) -> Result<Claim, Refusal> {
    file.seek(SeekFrom::Start(2))?;
    let mut frame = None;
    for _ in 0..MAX_SEGMENTS {
        match marker(file)? {
            0x01 | 0xd0..=0xd8 => {}
            0xd9 => return Err(Refusal::Damaged),
            0xda => {
                length(file)?;
                let components = u64::from(byte(file)?);
                return frame.map(|frame| claimed(&frame, components)).ok_or(Refusal::Damaged);
            }
            // A second frame: the decoder could take either.
            0xc0..=0xc2 if frame.is_some() => return Err(Refusal::Damaged),
            kind @ 0xc0..=0xc2 => frame = Some(read_frame(file, kind)?),
            // Lossless, hierarchical and arithmetic coding, which nothing shows.
            0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf => return Err(Refusal::Unreadable),
            _ => {
                let skip = length(file)?;
                file.seek_relative(i64::from(skip))?;
            }
        }
    }
    Err(Refusal::Damaged)
}

fn claimed(frame: &Frame, scanned: u64) -> Claim {
    // Grey is decoded in one channel and becomes three.
    let decoded = if frame.components == 1 { 40 } else { 30 };
    // All coefficients are held if they come in several scans.
    let coefficients = frame.progressive || scanned < frame.components;
    let held = if coefficients { frame.samples * 2 } else { 0 };
    Claim { width: frame.width, height: frame.height, tenths_per_pixel: decoded + held, coefficients }
}

fn read_frame(file: &mut impl Read, kind: u8) -> Result<Frame, Refusal> {
    length(file)?;
    if byte(file)? != 8 {
        return Err(Refusal::Unreadable);
    }
    let (height, width) = (u32::from(short(file)?), u32::from(short(file)?));
    let components = u64::from(byte(file)?);
    if !matches!(components, 1 | 3 | 4) {
        return Err(Refusal::Unreadable);
    }
    let mut sampling = Vec::new();
    for _ in 0..components {
        let [_, factors, _] = [byte(file)?, byte(file)?, byte(file)?];
        let (across, down) = (u64::from(factors >> 4), u64::from(factors & 15));
        if !matches!((across, down), (1..=4, 1..=4)) {
            return Err(Refusal::Damaged);
        }
        sampling.push((across, down));
    }
    let widest = sampling.iter().map(|factors| factors.0).max().unwrap_or(1);
    let highest = sampling.iter().map(|factors| factors.1).max().unwrap_or(1);
    let samples = sampling.iter().map(|(across, down)| 10 * across * down / (widest * highest)).sum();
    Ok(Frame { width, height, components, progressive: kind == 0xc2, samples })
}

fn byte(file: &mut impl Read) -> Result<u8, Refusal> {
    let mut one = [0];
    file.read_exact(&mut one)?;
    Ok(one[0])
}

fn short(file: &mut impl Read) -> Result<u16, Refusal> {
    Ok(u16::from_be_bytes([byte(file)?, byte(file)?]))
}

/// The length of what is left of a segment.
fn length(file: &mut impl Read) -> Result<u16, Refusal> {
    short(file)?.checked_sub(2).ok_or(Refusal::Damaged)
}

/// The next marker, over the filling that may come before it.
fn marker(file: &mut impl Read) -> Result<u8, Refusal> {
    if byte(file)? != 0xff {
        return Err(Refusal::Damaged);
    }
    loop {
        match byte(file)? {
            0xff => {}
            kind => return Ok(kind),
        }
    }
}
