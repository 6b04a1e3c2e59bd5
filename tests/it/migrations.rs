//! The migrations: up, down, up again, and then the same tables on both databases.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Barrier;

use diesel::prelude::*;
use diesel::sql_types::Text;

use crate::support::database::{TestDatabase, postgres_server};

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    text: String,
}

/// What a database holds, in words that both share.
#[derive(Debug, Default, PartialEq, Eq)]
struct Shape {
    columns: BTreeSet<String>,
    unique: BTreeSet<String>,
    foreign: BTreeSet<String>,
    indexes: BTreeSet<String>,
}

fn texts(rows: Vec<Row>) -> BTreeSet<String> {
    rows.into_iter().map(|row| row.text).collect()
}

fn sqlite_shape(url: &str) -> Shape {
    let mut conn = SqliteConnection::establish(url.trim_start_matches("sqlite:")).expect("the database");
    let tables = "sqlite_master t WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite%' AND t.name NOT LIKE '__diesel%'";
    let mut ask = |sql: String| {
        let rows = diesel::sql_query(sql).load::<Row>(&mut conn).expect("a pragma");
        texts(rows)
    };
    let columns = ask(format!(
        "SELECT t.name || '.' || c.name || ' ' || CASE c.\"notnull\" WHEN 1 THEN 'not null' ELSE 'null' END AS text \
         FROM {}",
        tables.replacen(" t WHERE", " t, pragma_table_info(t.name) c WHERE", 1)
    ));
    let unique = ask(format!(
        "SELECT t.name || ' (' || (SELECT group_concat(i.name, ', ') FROM pragma_index_info(l.name) i) || ')' AS text \
         FROM {} AND l.\"unique\" = 1",
        tables.replacen(" t WHERE", " t, pragma_index_list(t.name) l WHERE", 1)
    ));
    let foreign = ask(format!(
        "SELECT t.name || '.' || f.\"from\" || ' -> ' || f.\"table\" || '.' || f.\"to\" || ' ' || f.on_delete AS text \
         FROM {}",
        tables.replacen(" t WHERE", " t, pragma_foreign_key_list(t.name) f WHERE", 1)
    ));
    let indexes = ask("SELECT name AS text FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL".to_owned());
    Shape { columns, unique: with_primary_keys(unique, &mut ask, tables), foreign, indexes }
}

/// SQLite lists no index for an integer primary key; the key is one all the same.
fn with_primary_keys(
    mut unique: BTreeSet<String>,
    ask: &mut impl FnMut(String) -> BTreeSet<String>,
    tables: &str,
) -> BTreeSet<String> {
    let keys = ask(format!(
        "SELECT t.name || ' ' || c.name AS text FROM {} AND c.pk > 0",
        tables.replacen(" t WHERE", " t, pragma_table_info(t.name) c WHERE", 1)
    ));
    let mut by_table: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for key in keys {
        let (table, column) = key.split_once(' ').expect("table and column");
        by_table.entry(table.to_owned()).or_default().push(column.to_owned());
    }
    for (table, columns) in by_table {
        if let [only] = columns.as_slice() {
            unique.insert(format!("{table} ({only})"));
        }
    }
    unique
}

fn postgres_shape(url: &str) -> Shape {
    let mut conn = PgConnection::establish(url).expect("the database");
    let mut ask = |sql: &str| {
        let rows = diesel::sql_query(sql).load::<Row>(&mut conn).expect("the catalogue");
        texts(rows)
    };
    let columns = ask(
        "SELECT table_name || '.' || column_name || ' ' || CASE is_nullable WHEN 'NO' THEN 'not null' ELSE 'null' END \
         AS text FROM information_schema.columns WHERE table_schema = 'public' AND table_name NOT LIKE '\\_\\_diesel%'",
    );
    let unique = ask("SELECT c.relname || ' (' || (SELECT string_agg(a.attname, ', ' ORDER BY k.place) FROM \
         unnest(i.indkey::int2[]) WITH ORDINALITY k(number, place) JOIN pg_attribute a ON a.attrelid = c.oid AND \
         a.attnum = k.number) || ')' AS text FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n \
         ON n.oid = c.relnamespace WHERE i.indisunique AND n.nspname = 'public' AND c.relname NOT LIKE '\\_\\_diesel%'");
    let foreign = ask(
        "SELECT c.relname || '.' || a.attname || ' -> ' || f.relname || '.' || b.attname || ' ' || CASE k.confdeltype \
         WHEN 'c' THEN 'CASCADE' WHEN 'n' THEN 'SET NULL' ELSE 'NO ACTION' END AS text FROM pg_constraint k JOIN \
         pg_class c ON c.oid = k.conrelid JOIN pg_class f ON f.oid = k.confrelid JOIN pg_attribute a ON a.attrelid = \
         c.oid AND a.attnum = k.conkey[1] JOIN pg_attribute b ON b.attrelid = f.oid AND b.attnum = k.confkey[1] WHERE \
         k.contype = 'f'",
    );
    let indexes = ask(
        "SELECT indexname::text AS text FROM pg_indexes WHERE schemaname = 'public' AND indexname NOT LIKE '%\\_key' \
         AND indexname NOT LIKE '%\\_pkey'",
    );
    Shape { columns, unique, foreign, indexes }
}

fn migrate_up_down_up(url: &str) {
    let url = tidings::db::DatabaseUrl::parse(url).expect("a URL");
    let first = tidings::db::migrate(&url).expect("up");
    assert!(first.len() >= 5, "{first:?}");
    assert!(tidings::db::migrate(&url).expect("nothing to do").is_empty());
    let again = tidings::db::migrate_down_and_up(&url).expect("down and up");
    assert_eq!(again, first);
    assert!(tidings::db::pending_migrations(&url).expect("the list").is_empty());
}

#[test]
fn both_databases_have_the_same_shape() {
    let folder = tempfile::tempdir().expect("a folder");
    let sqlite = format!("sqlite:{}", folder.path().join("shape.db").display());
    migrate_up_down_up(&sqlite);
    let shape = sqlite_shape(&sqlite);
    assert!(shape.columns.contains("people.email_key not null"), "{shape:?}");
    assert!(shape.unique.contains("people (email_key)"), "{shape:?}");
    assert!(shape.foreign.contains("members.person_id -> people.id CASCADE"), "{shape:?}");
    if postgres_server().is_some() {
        let database = TestDatabase::create(folder.path());
        migrate_up_down_up(&database.url);
        let other = postgres_shape(&database.url);
        assert_eq!(shape.columns, other.columns);
        assert_eq!(shape.unique, other.unique);
        assert_eq!(shape.foreign, other.foreign);
        assert_eq!(shape.indexes, other.indexes);
    }
}

#[test]
fn processes_that_start_together_wait_for_each_other() {
    let folder = tempfile::tempdir().expect("a folder");
    let database = TestDatabase::create(folder.path());
    let url = tidings::db::DatabaseUrl::parse(&database.url).expect("a URL");
    let starting: Vec<_> = (0..4)
        .map(|_| {
            let url = url.clone();
            std::thread::spawn(move || tidings::db::migrate(&url).map(|done| done.len()).map_err(|it| it.to_string()))
        })
        .collect();
    let done: Vec<usize> = starting.into_iter().map(|it| it.join().expect("a thread").expect("migrated")).collect();
    assert_eq!(done.iter().filter(|count| **count > 0).count(), 1, "{done:?}");
}

#[test]
fn a_new_file_is_opened_by_all_who_come_at_once() {
    let folder = tempfile::tempdir().expect("a folder");
    for round in 0..50 {
        let url = format!("sqlite:{}", folder.path().join(format!("{round}.db")).display());
        let url = tidings::db::DatabaseUrl::parse(&url).expect("a URL");
        let together = Barrier::new(4);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    together.wait();
                    tidings::db::pending_migrations(&url).expect("a new file");
                });
            }
        });
    }
}

#[test]
fn the_names_of_the_migrations_are_the_same() {
    let names = |folder: &str| -> BTreeSet<String> {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(folder);
        let entries = std::fs::read_dir(path).expect("migrations");
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect()
    };
    assert_eq!(names("sqlite"), names("postgres"));
}
