//! The signals that ask the command to stop: Ctrl-C, a polite kill, a closed window.

use std::task::Poll;

use anyhow::Context as _;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;

/// Tells every notebook that runs of the first such signal.
#[derive(Clone)]
pub(super) struct Stop(watch::Receiver<Option<i32>>);

impl Stop {
    /// Listens from now on, in a task of the current set.
    pub(super) fn listen() -> anyhow::Result<Self> {
        let kinds = [SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup()];
        let signals: std::io::Result<Vec<_>> = kinds.into_iter().map(|kind| Ok((kind, signal(kind)?))).collect();
        let mut signals = signals.context("cannot listen for Ctrl-C")?;
        let (tell, told) = watch::channel(None);
        tokio::task::spawn_local(async move {
            let number = next(&mut signals).await;
            // Those who are gone need not know.
            let _ = tell.send(Some(number));
            // As long as one waits, there is somebody to wait for.
            std::future::pending::<()>().await;
        });
        Ok(Self(told))
    }

    /// Waits for a signal and gives its number.
    pub(super) async fn asked(&mut self) -> i32 {
        match self.0.wait_for(Option::is_some).await {
            Ok(number) => number.unwrap_or_default(),
            Err(_) => std::future::pending().await,
        }
    }
}

async fn next(signals: &mut [(SignalKind, Signal)]) -> i32 {
    std::future::poll_fn(|context| {
        let came = signals.iter_mut().find_map(|(kind, signal)| signal.poll_recv(context).is_ready().then_some(*kind));
        came.map_or(Poll::Pending, |kind| Poll::Ready(kind.as_raw_value()))
    })
    .await
}
