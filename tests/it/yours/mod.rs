//! What is a person's own: how they read, a copy to take away, and their erasure.

mod by_mail;
mod data;
mod desk;
pub mod erasure;
mod language;
mod words;
