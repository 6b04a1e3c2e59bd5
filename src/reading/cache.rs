//! What stands on the first page of a journal, and when its updates were posted, kept in memory for as long as it is true.
//!
//! Who asks, and what they may see, is looked up on every request, and with it the page's version, which the database
//! itself counts up with every change. What was read at that version for the same audiences is still so, whichever process
//! made the change and whoever reads now; what is the viewer's own (their hearts, how far they have read, what waits for
//! them) is never kept.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::handlers::Content;
use crate::clock::Timestamp;
use crate::db::ids::SiteId;
use crate::error::Result;
use crate::sites::{Audience, SiteScope};

/// How many journals are kept, at some 50 KB each; when there are more, all are forgotten and read anew.
const AT_MOST: usize = 200;

type Key = (SiteId, &'static [Audience]);

/// Things that are true of a page at one version for the same audiences.
struct Kept<T>(Mutex<HashMap<Key, (i64, Arc<T>)>>);

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T> Kept<T> {
    fn get(&self, scope: &SiteScope, load: impl FnOnce() -> Result<T>) -> Result<Arc<T>> {
        let key = (scope.site.id, scope.access.audiences());
        let known = self.all().get(&key).cloned();
        if let Some((version, thing)) = known
            && version == scope.site.version
        {
            return Ok(thing);
        }
        let thing = Arc::new(load()?);
        let mut all = self.all();
        if all.len() >= AT_MOST {
            all.clear();
        }
        all.insert(key, (scope.site.version, thing.clone()));
        Ok(thing)
    }

    /// A thread that panicked while it held the lock left whole entries behind.
    fn all(&self) -> std::sync::MutexGuard<'_, HashMap<Key, (i64, Arc<T>)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Default)]
struct Parts {
    journals: Kept<Content>,
    times: Kept<Vec<Timestamp>>,
}

/// What is kept. Cheap to clone.
#[derive(Clone, Default)]
pub struct Cache(Arc<Parts>);

impl Cache {
    /// The journal as it is for this scope, read with `load` when it is not known at this version. The version was read
    /// before, so what is read now is at least as new.
    pub fn get(&self, scope: &SiteScope, load: impl FnOnce() -> Result<Content>) -> Result<Arc<Content>> {
        self.0.journals.get(scope, load)
    }

    /// When each update was posted that is for this scope, in order. Times and no dates: the months that they lie in are
    /// those of whoever reads.
    pub fn times(
        &self,
        scope: &SiteScope,
        load: impl FnOnce() -> Result<Vec<Timestamp>>,
    ) -> Result<Arc<Vec<Timestamp>>> {
        self.0.times.get(scope, load)
    }
}
