//! A database for one test alone: a file, or a database on the PostgreSQL server that `TIDINGS_TEST_POSTGRES` names.

use std::path::Path;

use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection};

pub struct TestDatabase {
    pub url: String,
    /// The server's own URL and the name of our database there.
    on_server: Option<(String, String)>,
}

/// The server to test on; without one, the tests run on SQLite.
pub fn postgres_server() -> Option<String> {
    std::env::var("TIDINGS_TEST_POSTGRES").ok().filter(|url| !url.is_empty())
}

impl TestDatabase {
    pub fn create(folder: &Path) -> Self {
        let Some(server) = postgres_server() else {
            return Self { url: format!("sqlite:{}", folder.join("tidings.db").display()), on_server: None };
        };
        let name = format!("tidings_{}", uuid::Uuid::now_v7().simple());
        let mut conn = PgConnection::establish(&server).expect("the PostgreSQL server");
        conn.batch_execute(&format!("CREATE DATABASE {name}")).expect("a new database");
        let (base, _) = server.rsplit_once('/').expect("a URL that ends in a database");
        Self { url: format!("{base}/{name}"), on_server: Some((server.clone(), name)) }
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if let Some((server, name)) = &self.on_server
            && let Ok(mut conn) = PgConnection::establish(server)
        {
            // The whole server is thrown away after the tests; this only keeps it small meanwhile.
            let _ = conn.batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        }
    }
}
