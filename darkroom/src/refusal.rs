//! Why a file does not become a photo, in words for whoever chose it.

use std::io;

/// Why a file does not become a photo. Its `Display` is a sentence for the person who chose the file.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// There is nothing in the file.
    #[error("This file is empty. Please choose the photo again.")]
    Empty,
    /// More than [`MAX_BYTES`](crate::MAX_BYTES).
    #[error("This photo is larger than 30 MB. Most phones can send it in a smaller size.")]
    TooLarge,
    /// More than [`MAX_PIXELS`](crate::MAX_PIXELS), or a side that no camera makes.
    #[error("This photo has more than 60 megapixels. Please choose a smaller version of it.")]
    TooManyPixels,
    /// Something else, whatever it is called.
    #[error("{0} Photos can be JPEG, PNG, WebP, GIF or HEIC.")]
    NotAPhoto(NotAPhoto),
    /// A photo of an accepted kind, in a form of it that cannot be read.
    #[error("This photo is stored in a way that we cannot read. Sent as a JPEG, it will work.")]
    Unreadable,
    /// The file ends before the picture does.
    #[error("Part of this photo is missing: the file ends too early. Please choose it again.")]
    CutOff,
    /// What is in the file does not make a picture.
    #[error("This photo is damaged and cannot be opened. If it opens on your phone, please send it again from there.")]
    Damaged,
    /// Nothing is wrong with the photo: it could not be read from the disk, or what was made of it not be kept.
    #[error("This photo could not be prepared just now.")]
    Trouble(#[source] io::Error),
}

impl Refusal {
    /// The kind of refusal as one word, for a column or a log.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::TooLarge => "too-large",
            Self::TooManyPixels => "too-many-pixels",
            Self::NotAPhoto(_) => "not-a-photo",
            Self::Unreadable => "unreadable",
            Self::CutOff => "cut-off",
            Self::Damaged => "damaged",
            Self::Trouble(_) => "trouble",
        }
    }

    /// Whether trying again with the same file can help: only when the trouble was ours.
    pub fn may_pass(&self) -> bool {
        matches!(self, Self::Trouble(_))
    }
}

/// An error of reading: the end of the file in the middle of something is the photo's fault, all else is ours.
impl From<io::Error> for Refusal {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::UnexpectedEof => Self::CutOff,
            _ => Self::Trouble(error),
        }
    }
}

/// What a file that is no photo looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotAPhoto {
    /// A drawing in SVG, which can hold scripts.
    #[error("This is an SVG drawing.")]
    Svg,
    /// HTML.
    #[error("This is a web page.")]
    WebPage,
    /// PDF.
    #[error("This is a PDF document.")]
    Pdf,
    /// An MP4 or QuickTime film, such as the moving half of a Live Photo.
    #[error("This is a video.")]
    Video,
    /// AVIF.
    #[error("This is an AVIF picture, which we cannot read.")]
    Avif,
    /// JPEG XL.
    #[error("This is a JPEG XL picture, which we cannot read.")]
    JpegXl,
    /// TIFF, and with it the raw files of most cameras.
    #[error("This is a TIFF or raw picture, which we cannot read.")]
    Tiff,
    /// BMP.
    #[error("This is a BMP picture, which we cannot read.")]
    Bmp,
    /// ZIP, and with it the documents of office programs.
    #[error("This is a ZIP archive or a document.")]
    Archive,
    /// Anything else.
    #[error("This file does not look like a photo.")]
    Unknown,
}
