//! Decoders that stumble.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::Refusal;

/// Runs `decode`. If a decoder panics over what it was given, the photo counts as damaged and nobody else notices;
/// nothing of the decoder is used again afterwards.
pub(crate) fn caught<T>(decode: impl FnOnce() -> Result<T, Refusal>) -> Result<T, Refusal> {
    catch_unwind(AssertUnwindSafe(decode)).unwrap_or(Err(Refusal::Damaged))
}
