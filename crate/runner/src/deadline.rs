//! A wait that may have an end.

use tokio::time::{Instant, sleep_until};

/// Waits until this moment; for ever where there is none.
pub(crate) async fn reach(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => sleep_until(deadline).await,
        None => std::future::pending().await,
    }
}
