//! The least that actix-web, diesel and askama can do for a journal page of the same bytes, from the same SQLite file:
//! four plain queries straight on the actix worker, and a template. There are no access rules, no tokens and no hearts
//! to look up; what these would add to the page is made up, so that the page is as long.
//!
//! `tidings-bench-reference <address> <SQLite file>`

mod page;
mod store;

use std::cell::RefCell;

use actix_web::web::{Data, Html, Path};
use actix_web::{App, HttpRequest, HttpServer, error, web};
use askama::Template;
use diesel::SqliteConnection;
use sha2::{Digest, Sha256};

use page::JournalPage;

async fn journal(request: HttpRequest, slug: Path<String>, conn: Data<RefCell<SqliteConnection>>) -> Answer {
    let cookie = request.cookie("tidings-session").ok_or_else(|| error::ErrorUnauthorized("no session"))?;
    let token_hash: [u8; 32] = Sha256::digest(cookie.value().as_bytes()).into();
    let found = store::load(&mut conn.borrow_mut(), &token_hash, &slug).map_err(error::ErrorInternalServerError)?;
    Ok(Html::new(JournalPage::new(found, &slug).render().map_err(error::ErrorInternalServerError)?))
}

type Answer = actix_web::Result<Html>;

fn main() -> std::io::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let (Some(address), Some(file)) = (arguments.next(), arguments.next()) else {
        return Err(std::io::Error::other("say where to listen, and which SQLite file to read"));
    };
    let server = HttpServer::new(move || {
        let conn = store::open(&file).expect("the SQLite file opens");
        App::new().app_data(Data::new(RefCell::new(conn))).route("/p/{slug}", web::get().to(journal))
    });
    actix_web::rt::System::new().block_on(server.bind(address)?.run())
}
