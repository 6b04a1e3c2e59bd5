//! What stands on the first page of a journal, kept in memory for as long as it is true.
//!
//! Who asks, and what they may see, is looked up on every request, and with it the page's version, which the database
//! itself counts up with every change. What was read at that version for the same audiences is still so, whichever process
//! made the change and whoever reads now; what is the viewer's own (their hearts, what waits for them) is never kept.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::handlers::Content;
use crate::db::ids::SiteId;
use crate::error::Result;
use crate::sites::{Audience, SiteScope};

/// How many journals are kept, at some 50 KB each; when there are more, all are forgotten and read anew.
const AT_MOST: usize = 200;

type Key = (SiteId, &'static [Audience]);

/// Each with the version at which it was read.
type Journals = HashMap<Key, (i64, Arc<Content>)>;

/// The journals that are kept. Cheap to clone.
#[derive(Clone, Default)]
pub struct Cache(Arc<Mutex<Journals>>);

impl Cache {
    /// The journal as it is for this scope, read with `load` when it is not known at this version. The version was read
    /// before, so what is read now is at least as new.
    pub fn get(&self, scope: &SiteScope, load: impl FnOnce() -> Result<Content>) -> Result<Arc<Content>> {
        let key = (scope.site.id, scope.access.audiences());
        let known = self.journals().get(&key).cloned();
        if let Some((version, content)) = known
            && version == scope.site.version
        {
            return Ok(content);
        }
        let content = Arc::new(load()?);
        let mut journals = self.journals();
        if journals.len() >= AT_MOST {
            journals.clear();
        }
        journals.insert(key, (scope.site.version, content.clone()));
        Ok(content)
    }

    /// A thread that panicked while it held the lock left whole entries behind.
    fn journals(&self) -> std::sync::MutexGuard<'_, Journals> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
