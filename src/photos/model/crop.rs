//! The part of a photo that a cover or a portrait shows.

use serde::Deserialize;

use super::{Crop, Photo, Place, WordsInput};
use crate::error::{FieldErrors, Result};

/// All of a side, in thousandths of it.
const WHOLE: i32 = 1000;

/// The least that may be shown, in thousandths: what is smaller is a blur.
const LEAST: i32 = 100;

impl Place {
    /// How wide what it shows is, and how high, where that is its own to say.
    pub fn shape(self) -> (i32, i32) {
        match self {
            Self::Cover => (5, 2),
            _ => (1, 1),
        }
    }
}

impl Crop {
    /// The middle of a photo, as much of it as a shape allows.
    pub fn middle(photo: &Photo, place: Place) -> Self {
        let highest = WHOLE;
        let at_full_width = height_of(photo, place, WHOLE);
        let width = if at_full_width <= highest { WHOLE } else { (WHOLE * highest / at_full_width.max(1)).max(1) };
        let height = height_of(photo, place, width).clamp(1, WHOLE);
        Self { left: (WHOLE - width) / 2, top: (WHOLE - height) / 2, width, height }
    }

    /// It in pixels of the photo: from the left, from the top, across, down.
    pub fn pixels(self, width: i32, height: i32) -> (i32, i32, i32, i32) {
        let part = |side: i32, thousandths: i32| i64::from(side) * i64::from(thousandths) / i64::from(WHOLE);
        let whole = |pixels: i64| i32::try_from(pixels).unwrap_or(i32::MAX);
        (
            whole(part(width, self.left)),
            whole(part(height, self.top)),
            whole(part(width, self.width).max(1)),
            whole(part(height, self.height).max(1)),
        )
    }
}

/// How high a part of this width is in the shape of a place, in thousandths of the photo's height.
fn height_of(photo: &Photo, place: Place, width: i32) -> i32 {
    let (across, down) = place.shape();
    let pixels_across = i64::from(photo.width.max(1)) * i64::from(width);
    let height = pixels_across * i64::from(down) / i64::from(across) / i64::from(photo.height.max(1));
    i32::try_from(height).unwrap_or(i32::MAX)
}

/// The part as it was sent: three numbers in per cent. How high it is follows from its shape.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct CropInput {
    pub left: String,
    pub top: String,
    pub width: String,
    pub alt: String,
}

impl CropInput {
    /// What the form shows of a photo.
    pub fn of(photo: &Photo, place: Place) -> Self {
        let crop = photo.crop.unwrap_or_else(|| Crop::middle(photo, place));
        Self {
            left: percent(crop.left),
            top: percent(crop.top),
            width: percent(crop.width),
            alt: photo.alt.clone().unwrap_or_default(),
        }
    }

    /// A part that lies inside the photo, and is large enough to be seen.
    pub fn parse(&self, photo: &Photo, place: Place) -> Result<(Crop, Option<String>), FieldErrors> {
        let mut errors = FieldErrors::default();
        let left = errors.take("left", thousandths(&self.left));
        let top = errors.take("top", thousandths(&self.top));
        let width = errors.take("width", thousandths(&self.width));
        let words = WordsInput { alt: self.alt.clone(), caption: String::new() }.parse();
        for (field, problem) in words.as_ref().err().iter().flat_map(|it| it.iter()) {
            errors.add(field, problem);
        }
        let (Some(left), Some(top), Some(width), Ok(words)) = (left, top, width, words) else { return Err(errors) };
        // What is rounded is nobody's mistake; a part that is too wide to be whole is said so below.
        let height = height_of(photo, place, width).clamp(1, WHOLE);
        let widest = Crop::middle(photo, place).width;
        if width < LEAST.min(widest) {
            errors.add("width", "This is too small a part of the photo: at least 10, please.");
        } else if width > widest {
            errors.add("width", format!("The photo is not high enough for this: at most {}.", percent(widest)));
        } else {
            let (most_left, most_top) = (WHOLE - width, WHOLE - height);
            if left > most_left {
                errors.add("left", format!("That is beyond the edge of the photo: at most {}.", percent(most_left)));
            }
            if top > most_top {
                errors.add("top", format!("That is beyond the edge of the photo: at most {}.", percent(most_top)));
            }
        }
        if errors.is_empty() { Ok((Crop { left, top, width, height }, words.alt)) } else { Err(errors) }
    }
}

fn percent(thousandths: i32) -> String {
    format!("{}.{}", thousandths / 10, thousandths % 10)
}

fn thousandths(percent: &str) -> Result<i32, String> {
    let number: Option<f64> = percent.trim().replace(',', ".").parse().ok().filter(|it: &f64| it.is_finite());
    match number {
        // In this range nothing is lost.
        #[allow(clippy::cast_possible_truncation)]
        Some(it) if (0.0..=100.0).contains(&it) => Ok((it * 10.0).round() as i32),
        _ => Err("Please write a number from 0 to 100.".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Timestamp;
    use crate::db::ids::{PersonId, PhotoId, SiteId};
    use crate::photos::PhotoState;

    fn photo(width: i32, height: i32) -> Photo {
        Photo {
            id: PhotoId::nil(),
            site_id: SiteId::nil(),
            uploader_id: PersonId::nil(),
            place: Place::Cover,
            draft_id: None,
            update_id: None,
            album_id: None,
            position: 0,
            audience: None,
            caption: None,
            alt: None,
            state: PhotoState::Ready,
            problem: None,
            width,
            height,
            placeholder: None,
            crop: None,
            size_bytes: 0,
            comment_count: 0,
            created_at: Timestamp::from_micros(0),
        }
    }

    fn input(left: &str, top: &str, width: &str) -> CropInput {
        CropInput { left: left.into(), top: top.into(), width: width.into(), alt: String::new() }
    }

    #[test]
    fn the_middle_of_any_photo_can_be_saved_as_it_is() {
        for (width, height) in [(4000, 3000), (3000, 4000), (6000, 800), (1, 1), (1, 30_000), (30_000, 1), (1017, 677)]
        {
            let photo = photo(width, height);
            for place in [Place::Cover, Place::Portrait] {
                let crop = CropInput::of(&photo, place).parse(&photo, place).expect("a part of it").0;
                assert_eq!((crop.left, crop.top, crop.width), {
                    let middle = Crop::middle(&photo, place);
                    (middle.left, middle.top, middle.width)
                });
                assert!(crop.left + crop.width <= WHOLE && crop.top + crop.height <= WHOLE, "{crop:?}");
            }
        }
    }

    #[test]
    fn a_part_lies_inside_the_photo() {
        let photo = photo(4000, 3000);
        let problems = |it: CropInput| {
            it.parse(&photo, Place::Portrait).err().map(|it| it.iter().map(|(field, _)| field).collect::<Vec<_>>())
        };
        assert_eq!(problems(input("10", "10", "50")), None);
        assert_eq!(problems(input("0", "0", "75")), None);
        assert_eq!(problems(input("0", "0", "75.2")), Some(vec!["width"]));
        assert_eq!(problems(input("0", "0", "9.9")), Some(vec!["width"]));
        assert_eq!(problems(input("51", "10", "50")), Some(vec!["left"]));
        assert_eq!(problems(input("0", "40", "50")), Some(vec!["top"]));
        assert_eq!(problems(input("-1", "NaN", "1e9")), Some(vec!["left", "top", "width"]));
        assert_eq!(problems(input("", "x", "inf")), Some(vec!["left", "top", "width"]));
    }
}
