//! How much was published that has not gone out to every client yet.
//!
//! zeromq 0.7 never lets a publisher wait: it keeps what a client has not taken yet, all of it in effect, though by its own
//! words no more than a hundred thousand messages, and then the one that says that the cell has ended might be forgotten.
//! So a cell that shows more than its clients take waits for them. zeromq doesn't say how far it is; but what is published
//! here knows when its last copy is dropped, which is when it has gone to the last client.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::Notify;
use tokio::time::timeout;
use zeromq::{PubSocket, SocketSend, ZmqMessage, ZmqResult};

/// How much may be on its way before outputs wait. Words about the state of a cell never wait.
const LIMITS: Limits = Limits { messages: 10_000, bytes: 64 << 20, patience: Duration::from_secs(30) };

#[derive(Clone, Copy)]
struct Limits {
    messages: usize,
    bytes: usize,
    /// How long nothing at all may go out before those who listen are taken for dead.
    patience: Duration,
}

/// What is on its way to the clients.
#[derive(Clone)]
pub(super) struct Backlog(Arc<State>);

struct State {
    limits: Limits,
    messages: AtomicUsize,
    bytes: AtomicUsize,
    /// How many messages have gone out since the beginning.
    gone: AtomicUsize,
    /// For as long as they may, the clients have taken nothing, and there is no room yet.
    stalled: AtomicBool,
    one_has_gone: Notify,
}

impl Backlog {
    pub(super) fn new() -> Self {
        Self::with(LIMITS)
    }

    fn with(limits: Limits) -> Self {
        let (messages, bytes, gone) = (AtomicUsize::new(0), AtomicUsize::new(0), AtomicUsize::new(0));
        let (stalled, one_has_gone) = (AtomicBool::new(false), Notify::new());
        Self(Arc::new(State { limits, messages, bytes, gone, stalled, one_has_gone }))
    }

    /// Waits until there is room for an output. False where there is none to be had, because the clients take nothing: for
    /// that it waits once, and not again until there is room.
    pub(super) async fn room(&self) -> bool {
        let state = &*self.0;
        while !state.has_room() {
            let gone = state.gone.load(Ordering::Relaxed);
            if state.stalled.load(Ordering::Relaxed) {
                return false;
            }
            let stalls = timeout(state.limits.patience, state.one_has_gone.notified()).await.is_err();
            state.stalled.store(stalls && gone == state.gone.load(Ordering::Relaxed), Ordering::Relaxed);
        }
        state.stalled.store(false, Ordering::Relaxed);
        true
    }

    /// How long the clients may take nothing.
    pub(super) fn patience(&self) -> Duration {
        self.0.limits.patience
    }

    /// The message, which counts as on its way until its last copy is dropped.
    fn count(&self, message: ZmqMessage) -> ZmqMessage {
        let mut parts = message.into_vec();
        let size = parts.iter().map(Bytes::len).sum();
        self.0.messages.fetch_add(1, Ordering::Relaxed);
        self.0.bytes.fetch_add(size, Ordering::Relaxed);
        if let Some(first) = parts.first_mut() {
            *first = Bytes::from_owner(OnItsWay { part: std::mem::take(first), size, backlog: self.clone() });
        }
        // A message without a part is the only one that there can't be, and it had some.
        ZmqMessage::try_from(parts).unwrap_or_else(|_| ZmqMessage::from(Vec::new()))
    }
}

impl State {
    fn has_room(&self) -> bool {
        self.messages.load(Ordering::Relaxed) < self.limits.messages
            && self.bytes.load(Ordering::Relaxed) < self.limits.bytes
    }
}

/// The first part of a message on its way.
struct OnItsWay {
    part: Bytes,
    size: usize,
    backlog: Backlog,
}

impl AsRef<[u8]> for OnItsWay {
    fn as_ref(&self) -> &[u8] {
        &self.part
    }
}

impl Drop for OnItsWay {
    fn drop(&mut self) {
        let state = &self.backlog.0;
        state.messages.fetch_sub(1, Ordering::Relaxed);
        state.bytes.fetch_sub(self.size, Ordering::Relaxed);
        state.gone.fetch_add(1, Ordering::Relaxed);
        state.one_has_gone.notify_one();
    }
}

/// A publisher that counts what it sends.
pub(super) struct Counted {
    pub(super) socket: PubSocket,
    pub(super) backlog: Backlog,
}

impl SocketSend for Counted {
    fn send<'a, 'b>(&'a mut self, message: ZmqMessage) -> Pin<Box<dyn Future<Output = ZmqResult<()>> + Send + 'b>>
    where
        'a: 'b,
        Self: 'b,
    {
        self.socket.send(self.backlog.count(message))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn backlog(messages: usize, bytes: usize) -> Backlog {
        Backlog::with(Limits { messages, bytes, patience: Duration::from_millis(50) })
    }

    fn message(backlog: &Backlog) -> ZmqMessage {
        backlog.count(ZmqMessage::try_from(vec![Bytes::from("topic"), Bytes::from("content")]).unwrap())
    }

    #[tokio::test]
    async fn outputs_wait_until_the_last_copy_of_a_message_has_gone() {
        for backlog in [backlog(1, usize::MAX), backlog(usize::MAX, 12)] {
            assert!(backlog.room().await);
            let first = message(&backlog);
            assert_eq!(first.get(0).unwrap().as_ref(), b"topic");
            let second = first.clone();
            drop(first);
            assert!(!backlog.0.has_room(), "there is a second client");
            let (room, ()) = tokio::join!(backlog.room(), async {
                tokio::task::yield_now().await;
                drop(second);
            });
            assert!(room);
        }
    }

    #[tokio::test]
    async fn clients_that_take_nothing_are_waited_for_once() {
        let backlog = backlog(1, usize::MAX);
        let held = [message(&backlog), message(&backlog)];
        let begun = std::time::Instant::now();
        assert!(!backlog.room().await);
        assert!(begun.elapsed() >= backlog.patience());
        let begun = std::time::Instant::now();
        assert!(!backlog.room().await && begun.elapsed() < backlog.patience());
        drop(held);
        assert!(backlog.room().await);
        assert_eq!((backlog.0.messages.load(Ordering::Relaxed), backlog.0.bytes.load(Ordering::Relaxed)), (0, 0));
    }
}
