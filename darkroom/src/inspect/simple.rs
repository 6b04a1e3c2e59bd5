//! The kinds that say at once how large they are.

use super::Claim;
use crate::Refusal;

fn be32(bytes: &[u8], at: usize) -> Result<u32, Refusal> {
    let four = bytes.get(at..at + 4).and_then(|four| four.try_into().ok()).ok_or(Refusal::CutOff)?;
    Ok(u32::from_be_bytes(four))
}

fn le16(bytes: &[u8], at: usize) -> Result<u32, Refusal> {
    let two = bytes.get(at..at + 2).and_then(|two| two.try_into().ok()).ok_or(Refusal::CutOff)?;
    Ok(u32::from(u16::from_le_bytes(two)))
}

fn le24(bytes: &[u8], at: usize) -> Result<u32, Refusal> {
    match bytes.get(at..at + 3) {
        Some(&[low, middle, high]) => Ok(u32::from_le_bytes([low, middle, high, 0])),
        _ => Err(Refusal::CutOff),
    }
}

/// IHDR comes first.
pub fn png(head: &[u8]) -> Result<Claim, Refusal> {
    if head.len() >= 16 && &head[12..16] != b"IHDR" {
        return Err(Refusal::Damaged);
    }
    let (width, height) = (be32(head, 16)?, be32(head, 20)?);
    let depth = *head.get(24).ok_or(Refusal::CutOff)?;
    Ok(Claim { width, height, tenths_per_pixel: if depth == 16 { 80 } else { 40 }, coefficients: false })
}

/// The logical screen, on which all pictures of the file lie.
pub fn gif(head: &[u8]) -> Result<Claim, Refusal> {
    Ok(Claim { width: le16(head, 6)?, height: le16(head, 8)?, tenths_per_pixel: 80, coefficients: false })
}

/// The first chunk is `VP8 `, `VP8L`, or `VP8X`, which says how large the canvas is.
pub fn webp(head: &[u8]) -> Result<Claim, Refusal> {
    let chunk = head.get(12..16).ok_or(Refusal::CutOff)?;
    let (width, height) = match chunk {
        b"VP8 " => {
            if head.get(23..26).ok_or(Refusal::CutOff)? != [0x9d, 0x01, 0x2a] {
                return Err(Refusal::Damaged);
            }
            (le16(head, 26)? & 0x3fff, le16(head, 28)? & 0x3fff)
        }
        b"VP8L" => {
            if *head.get(20).ok_or(Refusal::CutOff)? != 0x2f {
                return Err(Refusal::Damaged);
            }
            let bits = be32(head, 21)?.swap_bytes();
            ((bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1)
        }
        b"VP8X" => (le24(head, 24)? + 1, le24(head, 27)? + 1),
        _ => return Err(Refusal::Damaged),
    };
    Ok(Claim { width, height, tenths_per_pixel: 80, coefficients: false })
}
