//! How a photo becomes ready, as the worker that prepares it writes it down.

use diesel::prelude::*;

use super::hold_site;
use crate::db::Conn;
use crate::db::ids::{PhotoId, SiteId};
use crate::db::schema::photos;
use crate::error::Result;
use crate::photos::model::{PhotoState, Prepared};

/// The page of a photo that is still to be prepared; `None` when it is ready, or gone, or given up.
pub fn find_preparing(conn: &mut Conn, id: PhotoId) -> Result<Option<SiteId>> {
    Ok(photos::table
        .filter(photos::id.eq(id))
        .filter(photos::state.eq(PhotoState::Preparing))
        .select(photos::site_id)
        .get_result(conn)
        .optional()?)
}

/// It can be seen from now on. `false` when it is no longer to be prepared: somebody else was first, or its row is gone.
pub fn update_ready(conn: &mut Conn, site: SiteId, id: PhotoId, prepared: &Prepared) -> Result<bool> {
    hold_site(conn, site)?;
    let changed = diesel::update(photos::table.find(id).filter(photos::state.eq(PhotoState::Preparing)))
        .set((
            photos::state.eq(PhotoState::Ready),
            photos::problem.eq(None::<String>),
            photos::width.eq(prepared.width),
            photos::height.eq(prepared.height),
            photos::placeholder.eq(Some(&prepared.placeholder)),
            photos::size_bytes.eq(prepared.size_bytes),
        ))
        .execute(conn)?;
    Ok(changed == 1)
}

/// It could not be read. `false` when it is no longer to be prepared, as above.
pub fn update_failed(conn: &mut Conn, site: SiteId, id: PhotoId, sentence: &str) -> Result<bool> {
    hold_site(conn, site)?;
    let changed = diesel::update(photos::table.find(id).filter(photos::state.eq(PhotoState::Preparing)))
        .set((photos::state.eq(PhotoState::Failed), photos::problem.eq(Some(sentence))))
        .execute(conn)?;
    Ok(changed == 1)
}
