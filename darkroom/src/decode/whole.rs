//! Whether a JPEG has its end.

/// Whether the picture of a JPEG is followed by its end mark. What comes after that is not looked at.
pub(super) fn is_whole(bytes: &[u8]) -> bool {
    let mut at = 2;
    loop {
        let Some(found) = next_marker(bytes, at) else { return false };
        let (marker, after) = found;
        match marker {
            0xd9 => return true,
            0x01 | 0xd0..=0xd8 => at = after,
            _ => match bytes.get(after..after + 2) {
                // After a scan's head come its pixels, in which markers are looked for alike.
                Some(&[high, low]) => at = after + usize::from(u16::from_be_bytes([high, low])).max(2),
                _ => return false,
            },
        }
    }
}

/// The marker at or after `at`, and where what belongs to it begins. `ff 00` is a pixel's and `ff ff` is filling.
fn next_marker(bytes: &[u8], mut at: usize) -> Option<(u8, usize)> {
    loop {
        let rest = bytes.get(at..)?;
        let offset = rest.iter().position(|&byte| byte == 0xff)?;
        match *rest.get(offset + 1)? {
            0x00 => at += offset + 2,
            0xff => at += offset + 1,
            marker => return Some((marker, at + offset + 2)),
        }
    }
}
