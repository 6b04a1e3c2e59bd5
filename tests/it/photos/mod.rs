//! Photos as people bring them and see them.

mod corpus;
mod crashes;
mod forms;
mod safety;
mod serving;
pub mod support;
mod uploading;
