//! Whether a JPEG has its end.

/// Where the end mark of a JPEG's picture is, if it has one. What comes after that is not looked at.
pub(super) fn end_mark(bytes: &[u8]) -> Option<usize> {
    let mut at = 2;
    loop {
        let (marker, after) = next_marker(bytes, at)?;
        match marker {
            0xd9 => return Some(after - 2),
            0x01 | 0xd0..=0xd8 => at = after,
            _ => match bytes.get(after..after + 2) {
                // After a scan's head come its pixels, in which markers are looked for alike.
                Some(&[high, low]) => at = after + usize::from(u16::from_be_bytes([high, low])).max(2),
                _ => return None,
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
