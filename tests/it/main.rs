//! What is so: the whole application, on a real database, as people use it. On SQLite by default, on PostgreSQL where
//! `TIDINGS_TEST_POSTGRES` names a server.

mod access;
mod accounts;
mod addresses;
mod attacks;
mod bedside;
mod blobs;
mod boundaries;
mod desk;
mod editor;
mod feed;
mod gallery;
mod glance;
mod journal;
mod mail;
mod markdown;
mod memorial;
mod migrations;
mod offline;
mod passkeys;
mod people;
mod photos;
mod privacy;
mod program;
mod reactions;
mod reading;
mod receipts;
mod revocation;
mod second_factor;
mod sign_in_links;
mod sites;
mod strangers;
mod support;
mod web;
mod wishes;
mod yours;
