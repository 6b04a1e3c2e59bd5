//! Password hashes: Argon2id, off the async threads, a bounded number at a time.

use std::sync::Arc;

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::Semaphore;

use super::Secret;
pub use super::new_password::parse_new;
use crate::config::PasswordCost;
use crate::error::{AppError, Result};

/// Hashes and verifies passwords. Cheap to clone.
#[derive(Clone)]
pub struct Hasher {
    argon2: Argon2<'static>,
    cost: PasswordCost,
    /// Each hash takes its whole memory for its whole time: what bounds their number bounds the memory.
    at_once: Arc<Semaphore>,
    /// A hash of nothing, verified when there is no account, so that the answer takes as long.
    stand_in: String,
}

/// What comparing a password with a stored hash said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is another password.
    Wrong,
    /// It is the password.
    Right,
    /// It is the password, but hashed at another cost than today's.
    RightButOutdated,
}

impl Hasher {
    /// A hasher of that cost; half of the cores may hash at once.
    pub fn new(cost: PasswordCost) -> Result<Self, String> {
        let params = Params::new(cost.memory_kib, cost.passes, 1, None).map_err(|error| error.to_string())?;
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let stand_in = hash(&argon2, "").map_err(|error| error.to_string())?;
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Ok(Self { argon2, cost, at_once: Arc::new(Semaphore::new(cores.div_ceil(2))), stand_in })
    }

    /// Hashes a new password.
    pub async fn hash(&self, password: Secret) -> Result<String> {
        let argon2 = self.argon2.clone();
        self.run(move || hash(&argon2, password.reveal())).await
    }

    /// Compares a password with the hash of an account, or with nobody's, which takes as long.
    pub async fn verify(&self, password: Secret, stored: Option<String>) -> Result<Verdict> {
        let (argon2, cost) = (self.argon2.clone(), self.cost);
        let nobody = stored.is_none();
        let stored = stored.unwrap_or_else(|| self.stand_in.clone());
        self.run(move || {
            let parsed = PasswordHash::new(&stored).map_err(|error| AppError::internal(error.to_string()))?;
            let right = argon2.verify_password(password.reveal().as_bytes(), &parsed).is_ok() && !nobody;
            let current = parsed.params.get_decimal("m") == Some(cost.memory_kib)
                && parsed.params.get_decimal("t") == Some(cost.passes);
            Ok(match (right, current) {
                (false, _) => Verdict::Wrong,
                (true, true) => Verdict::Right,
                (true, false) => Verdict::RightButOutdated,
            })
        })
        .await
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
        let permit = self.at_once.clone().acquire_owned().await.map_err(AppError::internal)?;
        tokio::task::spawn_blocking(move || {
            let _permit = permit;
            work()
        })
        .await
        .map_err(AppError::internal)?
    }
}

fn hash(argon2: &Argon2<'static>, password: &str) -> Result<String> {
    argon2
        .hash_password(password.as_bytes())
        .map(|hash| hash.to_string())
        .map_err(|error| AppError::internal(error.to_string()))
}
