//! Whether mail arrives, and who is told of it: organizers about each update, whoever runs the server about all of it.

mod backups;
mod checking;
mod metrics;
mod restores;
mod sending;
