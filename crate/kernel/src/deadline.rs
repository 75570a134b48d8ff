//! Waiting for an optional deadline.

use tokio::time::{Instant, sleep_until};

/// Waits until the deadline, or for ever if it is `None`.
pub(crate) async fn sleep_until_opt(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => sleep_until(deadline).await,
        None => std::future::pending().await,
    }
}
