//! A photo from a phone in, the sizes that Tidings shows out: upright, in sRGB, with nothing of its metadata left.
//!
//! [`inspect`] says what a file is and how large, from its first bytes and without decoding a pixel; [`develop`] decodes
//! it once and hands out each [`Print`] as it is made. What comes out is encoded anew from pixels alone: no EXIF, XMP,
//! IPTC, position, colour profile or comment of the original is in any byte of it, nor anything that was hidden before,
//! behind or between its parts.
//!
//! # What is accepted
//!
//! JPEG, PNG, WebP, GIF (its first picture) and HEIC, told by content and never by name, up to [`MAX_BYTES`] and
//! [`MAX_PIXELS`]. Everything else is a [`Refusal`], whose `Display` is a sentence for the person who chose the file.
//! Nobody is given half a photo: one that ends too early is refused, since the whole one is still on the phone. Only
//! where nothing but the end mark is missing is it kept. A JPEG with errors in its middle shows what could be read of it.
//!
//! # Memory
//!
//! One decoded picture and one smaller one are held at a time; the full size is encoded from the decoded picture in
//! any orientation, a band of rows at a time, without a turned copy of it. [`memory_needed`] says what developing a
//! photo takes at most, for a caller who keeps a budget. Per megapixel, beside the file and about 60 MB:
//!
//! | kind | MB a megapixel | 12 | 48 | 60 megapixels |
//! | --- | ---: | ---: | ---: | ---: |
//! | JPEG | 3 | 36 | 144 | 180 |
//! | JPEG, progressive, 4:2:0 | 6 | 72 | 288 | 360 |
//! | JPEG, progressive, 4:4:4 | 9 | 108 | 432 | 540 |
//! | PNG, 8 bits a channel | 4 | 48 | 192 | 240 |
//! | PNG, 16 bits a channel | 8 | 96 | 384 | 480 |
//! | WebP, GIF | 8 | 96 | 384 | 480 |
//! | HEIC in tiles, as phones write it | 5 | 60 | 240 | 300 |
//! | HEIC in one piece | 12 | 144 | 576 | 720 |

mod caught;
mod colour;
mod decode;
mod develop;
mod header;
mod inspect;
mod jpeg;
mod orientation;
mod picture;
mod placeholder;
mod prints;
mod refusal;
mod resize;

pub use develop::{Developed, develop, develop_only};
pub use header::{Header, Kind, MAX_BYTES, MAX_PIXELS, memory_needed};
pub use inspect::{inspect, inspect_from};
pub use placeholder::placeholder_data_uri;
pub use prints::Print;
pub use refusal::{NotAPhoto, Refusal};
