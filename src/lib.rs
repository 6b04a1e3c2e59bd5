//! Tidings: one private page that keeps everyone who cares in the know. `docs/architecture.md` is the way in.

pub mod accounts;
pub mod app;
pub mod bedside;
pub mod blobs;
pub mod cli;
pub mod clock;
pub mod config;
pub mod db;
pub mod error;
pub mod glance;
pub mod jobs;
pub mod journal;
pub mod mail;
pub mod photos;
pub mod reading;
pub mod record;
pub mod secrets;
pub mod serve;
pub mod sites;
pub mod text;
pub mod web;
pub mod wishes;
pub mod yours;
