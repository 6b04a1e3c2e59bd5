//! From a file to all its prints.

use std::io;
use std::path::Path;

use crate::decode::decode;
use crate::inspect::inspect;
use crate::orientation::upright;
use crate::picture::Picture;
use crate::prints::Size;
use crate::{Print, Refusal, placeholder, prints, resize};

/// What is known of a photo once it is developed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Developed {
    /// The width of the full size, upright.
    pub width: u32,
    /// The height of the full size, upright.
    pub height: u32,
    /// Some 25 bytes for [`placeholder_data_uri`](crate::placeholder_data_uri).
    pub thumbhash: Vec<u8>,
}

/// Decodes the photo at `path` once, and hands each [`Print`] to `sink` as it is made: every one exactly once, in the
/// order of [`Print::ALL`]. A photo that is smaller than a print keeps its own size there.
///
/// # Errors
///
/// A [`Refusal`] if it is not a photo, over the limits, or cannot be read; [`Refusal::Trouble`] with the error of
/// `sink` if that fails. Some prints may have been handed out by then.
pub fn develop(path: &Path, sink: &mut dyn FnMut(Print, &[u8]) -> io::Result<()>) -> Result<Developed, Refusal> {
    develop_only(path, &Print::ALL, sink)
}

/// Like [`develop`], but only some prints.
pub fn develop_only(
    path: &Path,
    prints: &[Print],
    sink: &mut dyn FnMut(Print, &[u8]) -> io::Result<()>,
) -> Result<Developed, Refusal> {
    let header = inspect(path)?;
    let decoded = decode(path, &header)?;
    Printer { prints, sink }.all(decoded).map_err(Refusal::Trouble)
}

struct Printer<'a> {
    prints: &'a [Print],
    sink: &'a mut dyn FnMut(Print, &[u8]) -> io::Result<()>,
}

impl Printer<'_> {
    fn all(&mut self, decoded: Picture) -> io::Result<Developed> {
        let (width, height) = decoded.upright_size();
        if self.wants(Print::Full) {
            (self.sink)(Print::Full, &prints::full(&decoded)?)?;
        }
        // Made smaller first and turned then: the decoded picture is let go of before anything else is made of it.
        let mut picture = upright(resize::smaller(decoded, Size::Large.edge())?.0);
        let mut made = Made::default();
        for size in Size::ALL {
            let (resized, smaller) = resize::smaller(picture, size.edge())?;
            picture = resized;
            if smaller {
                made = Made::default();
            }
            self.pair(size, &picture, &mut made)?;
        }
        Ok(Developed { width, height, thumbhash: placeholder::thumbhash(picture)? })
    }

    fn wants(&self, print: Print) -> bool {
        self.prints.contains(&print)
    }

    /// The two prints of a size. A photo that is smaller than several sizes is encoded once for all of them.
    fn pair(&mut self, size: Size, picture: &Picture, made: &mut Made) -> io::Result<()> {
        let (webp, jpeg) = size.prints();
        if self.wants(webp) {
            let bytes = match made.webp.take() {
                Some(bytes) => bytes,
                None => prints::small_webp(picture)?,
            };
            (self.sink)(webp, &bytes)?;
            made.webp = Some(bytes);
        }
        if self.wants(jpeg) {
            let bytes = match made.jpeg.take() {
                Some(bytes) => bytes,
                None => prints::small_jpeg(picture)?,
            };
            (self.sink)(jpeg, &bytes)?;
            made.jpeg = Some(bytes);
        }
        Ok(())
    }
}

/// What was encoded of the picture as it is.
#[derive(Default)]
struct Made {
    webp: Option<webp::WebPMemory>,
    jpeg: Option<Vec<u8>>,
}
