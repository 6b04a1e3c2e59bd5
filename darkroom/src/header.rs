//! What is known of a photo before any of it is decoded.

/// The most bytes that a photo may have.
pub const MAX_BYTES: u64 = 30 * 1024 * 1024;

/// The most pixels that a photo may have.
pub const MAX_PIXELS: u64 = 60_000_000;

/// The longest side: what a JPEG, which the full size becomes, can have.
pub(crate) const MAX_SIDE: u32 = 65_000;

/// What a photo is, by its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// JPEG, with any trailing pictures that some phones add.
    Jpeg,
    /// PNG; of an animated one, its still picture.
    Png,
    /// WebP; of an animated one, its first picture.
    WebP,
    /// GIF: its first picture.
    Gif,
    /// HEIC or HEIF with HEVC pictures in it, as iPhones make them.
    Heic,
}

impl Kind {
    /// Its media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::WebP => "image/webp",
            Self::Gif => "image/gif",
            Self::Heic => "image/heic",
        }
    }
}

/// What the first bytes of a photo say about it. Its limits have been checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    /// What it is.
    pub kind: Kind,
    /// Its width as it is stored, before it is turned upright.
    pub width: u32,
    /// Its height as it is stored.
    pub height: u32,
    /// The length of the file.
    pub bytes: u64,
    /// Tenths of bytes that decoding holds for each pixel.
    pub(crate) tenths_per_pixel: u64,
    /// Whether it is a JPEG of which all coefficients are held before the first pixel is made.
    pub(crate) coefficients: bool,
}

impl Header {
    /// How many pixels it has.
    pub fn pixels(&self) -> u64 {
        u64::from(self.width) * u64::from(self.height)
    }
}

/// What decoders and encoders hold beside pixels: the resized picture, the encoder's own rows and tables.
const WORKSPACE: u64 = 60 * 1024 * 1024;

/// How many bytes of memory [`develop`](crate::develop) takes for this photo at most.
pub fn memory_needed(header: &Header) -> u64 {
    // The full size as a JPEG takes less than a byte a pixel, except for noise; it is made when the file is let go of.
    header.bytes.max(header.pixels() / 2) + header.pixels() * header.tenths_per_pixel / 10 + WORKSPACE
}
