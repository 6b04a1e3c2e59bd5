//! What is made of a photo.

use std::io;

use webp::{Encoder, WebPConfig};

use crate::jpeg;
use crate::picture::Picture;

/// One of the encoded pictures that are made of a photo, upright and in sRGB.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Print {
    /// JPEG in the size that the photo came in, for the family's archive.
    Full,
    /// WebP, at most 2048 pixels on the longer side.
    Large,
    /// WebP, at most 1024 pixels on the longer side.
    Medium,
    /// WebP, at most 320 pixels on the longer side.
    Small,
    /// [`Large`](Self::Large) as JPEG, for mail and old readers.
    LargeJpeg,
    /// [`Medium`](Self::Medium) as JPEG.
    MediumJpeg,
    /// [`Small`](Self::Small) as JPEG.
    SmallJpeg,
}

impl Print {
    /// All of them, in the order in which they are made.
    pub const ALL: [Self; 7] =
        [Self::Full, Self::Large, Self::LargeJpeg, Self::Medium, Self::MediumJpeg, Self::Small, Self::SmallJpeg];

    /// Its name as a file, the same for every photo and for good.
    pub fn name(self) -> &'static str {
        match self {
            Self::Full => "full.jpg",
            Self::Large => "2048.webp",
            Self::Medium => "1024.webp",
            Self::Small => "320.webp",
            Self::LargeJpeg => "2048.jpg",
            Self::MediumJpeg => "1024.jpg",
            Self::SmallJpeg => "320.jpg",
        }
    }

    /// The print of this [`name`](Self::name).
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|print| print.name() == name)
    }

    /// Its media type.
    pub fn media_type(self) -> &'static str {
        if self.is_webp() { "image/webp" } else { "image/jpeg" }
    }

    /// How long its longer side is at most, in pixels; a smaller photo keeps its size.
    pub fn long_edge(self) -> Option<u32> {
        let of = |size: &Size| size.prints().0 == self || size.prints().1 == self;
        Size::ALL.into_iter().find(of).map(Size::edge)
    }

    /// Whether it is WebP; the others are JPEG.
    pub fn is_webp(self) -> bool {
        matches!(self, Self::Large | Self::Medium | Self::Small)
    }
}

/// The sizes that are shown, from the largest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Size {
    Large,
    Medium,
    Small,
}

impl Size {
    pub const ALL: [Self; 3] = [Self::Large, Self::Medium, Self::Small];

    /// How long the longer side is at most.
    pub fn edge(self) -> u32 {
        match self {
            Self::Large => 2048,
            Self::Medium => 1024,
            Self::Small => 320,
        }
    }

    /// As WebP and as JPEG.
    pub fn prints(self) -> (Print, Print) {
        match self {
            Self::Large => (Print::Large, Print::LargeJpeg),
            Self::Medium => (Print::Medium, Print::MediumJpeg),
            Self::Small => (Print::Small, Print::SmallJpeg),
        }
    }
}

/// Quality of the full size: nothing that an eye finds is lost, and nothing that the camera did not know is kept.
const FULL_QUALITY: u8 = 90;
/// Quality of the JPEGs in the smaller sizes.
const JPEG_QUALITY: u8 = 82;
/// Quality of the WebPs.
const WEBP_QUALITY: f32 = 80.0;
/// How hard libwebp tries, 0 to 6.
const WEBP_METHOD: i32 = 2;

/// The full size, from the picture as it was decoded.
pub(crate) fn full(picture: &Picture) -> io::Result<Vec<u8>> {
    jpeg::encode(picture, FULL_QUALITY)
}

/// A picture in one of the smaller sizes as JPEG.
pub(crate) fn small_jpeg(picture: &Picture) -> io::Result<Vec<u8>> {
    jpeg::encode(picture, JPEG_QUALITY)
}

/// A picture that is upright as WebP, with what can be seen through.
pub(crate) fn webp(picture: &Picture, quality: f32) -> io::Result<webp::WebPMemory> {
    let encoder = if picture.alpha {
        Encoder::from_rgba(&picture.pixels, picture.width, picture.height)
    } else {
        Encoder::from_rgb(&picture.pixels, picture.width, picture.height)
    };
    let mut config = WebPConfig::new().map_err(|()| io::Error::other("libwebp has no default settings"))?;
    config.quality = quality;
    config.method = WEBP_METHOD;
    config.alpha_quality = 90;
    encoder.encode_advanced(&config).map_err(|error| io::Error::other(format!("libwebp: {error:?}")))
}

/// A picture that is upright as the WebP of one of the smaller sizes.
pub(crate) fn small_webp(picture: &Picture) -> io::Result<webp::WebPMemory> {
    webp(picture, WEBP_QUALITY)
}
