//! The darkroom, with photos that the tests make.

#[path = "../support/mod.rs"]
mod support;

mod colour;
mod damage;
mod metadata;
mod orientation;
mod refusals;
mod sizes;
