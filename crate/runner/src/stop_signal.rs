//! The signals that stop the command: Ctrl-C, SIGTERM, and the hangup of a closed terminal.

use std::task::Poll;

use anyhow::Context as _;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;

/// Notifies every running notebook of the first such signal.
#[derive(Clone)]
pub(super) struct StopSignal(watch::Receiver<Option<i32>>);

impl StopSignal {
    /// Starts to listen in a local task.
    pub(super) fn listen() -> anyhow::Result<Self> {
        let kinds = [SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup()];
        let signals: std::io::Result<Vec<_>> = kinds.into_iter().map(|kind| Ok((kind, signal(kind)?))).collect();
        let mut signals = signals.context("cannot listen for Ctrl-C")?;
        let (sender, receiver) = watch::channel(None);
        tokio::task::spawn_local(async move {
            let number = next_signal(&mut signals).await;
            // All receivers may be gone.
            let _ = sender.send(Some(number));
            // The sender must outlive the receivers.
            std::future::pending::<()>().await;
        });
        Ok(Self(receiver))
    }

    /// Waits for a signal and returns its number.
    pub(super) async fn received(&mut self) -> i32 {
        match self.0.wait_for(Option::is_some).await {
            Ok(number) => number.unwrap_or_default(),
            Err(_) => std::future::pending().await,
        }
    }
}

async fn next_signal(signals: &mut [(SignalKind, Signal)]) -> i32 {
    std::future::poll_fn(|context| {
        let received =
            signals.iter_mut().find_map(|(kind, signal)| signal.poll_recv(context).is_ready().then_some(*kind));
        received.map_or(Poll::Pending, |kind| Poll::Ready(kind.as_raw_value()))
    })
    .await
}
