//! Backpressure for published messages: counts those that have not been sent to every client yet.
//!
//! zeromq 0.7 never blocks a publisher: it queues what a client has not received yet, in effect without a limit, though its
//! documentation says a hundred thousand messages; then the message that ends the cell might be dropped. So outputs wait for
//! clients that are too slow. zeromq does not report its progress, but a message that is published here notices when its last
//! copy is dropped, which is when it has been sent to the last client.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::Notify;
use tokio::time::timeout;
use zeromq::{PubSocket, SocketSend, ZmqMessage, ZmqResult};

/// The backlog at which outputs wait. Messages about the state of a cell never wait.
const LIMITS: Limits = Limits { messages: 10_000, bytes: 64 << 20, stall_timeout: Duration::from_secs(30) };

#[derive(Clone, Copy)]
struct Limits {
    messages: usize,
    bytes: usize,
    /// Timeout after which clients that receive nothing are considered gone.
    stall_timeout: Duration,
}

/// The messages that have not been sent to every client yet.
#[derive(Clone)]
pub(super) struct Backlog(Arc<State>);

struct State {
    limits: Limits,
    messages: AtomicUsize,
    bytes: AtomicUsize,
    /// How many messages have been sent since the start.
    sent: AtomicUsize,
    /// The clients have received nothing for the timeout, and there is still no space.
    stalled: AtomicBool,
    message_sent: Notify,
}

impl Backlog {
    pub(super) fn new() -> Self {
        Self::with_limits(LIMITS)
    }

    fn with_limits(limits: Limits) -> Self {
        let (messages, bytes, sent) = (AtomicUsize::new(0), AtomicUsize::new(0), AtomicUsize::new(0));
        let (stalled, message_sent) = (AtomicBool::new(false), Notify::new());
        Self(Arc::new(State { limits, messages, bytes, sent, stalled, message_sent }))
    }

    /// Waits until there is space for an output. Returns `false` if the clients receive nothing within the timeout. It waits for
    /// that only once, and not again until there is space.
    pub(super) async fn wait_for_space(&self) -> bool {
        let state = &*self.0;
        while !state.has_space() {
            let sent = state.sent.load(Ordering::Relaxed);
            if state.stalled.load(Ordering::Relaxed) {
                return false;
            }
            let stalls = timeout(state.limits.stall_timeout, state.message_sent.notified()).await.is_err();
            state.stalled.store(stalls && sent == state.sent.load(Ordering::Relaxed), Ordering::Relaxed);
        }
        state.stalled.store(false, Ordering::Relaxed);
        true
    }

    /// Returns how long clients may receive nothing before they are considered gone.
    pub(super) fn stall_timeout(&self) -> Duration {
        self.0.limits.stall_timeout
    }

    /// Counts a message until its last copy is dropped.
    #[expect(clippy::expect_used, reason = "only an empty list of parts is not a message")]
    fn track(&self, message: ZmqMessage) -> ZmqMessage {
        let mut parts = message.into_vec();
        let size = parts.iter().map(Bytes::len).sum();
        self.0.messages.fetch_add(1, Ordering::Relaxed);
        self.0.bytes.fetch_add(size, Ordering::Relaxed);
        if let Some(first) = parts.first_mut() {
            *first = Bytes::from_owner(TrackedPart { part: std::mem::take(first), size, backlog: self.clone() });
        }
        ZmqMessage::try_from(parts).expect("the parts are those of a message, which has at least one")
    }
}

impl State {
    fn has_space(&self) -> bool {
        self.messages.load(Ordering::Relaxed) < self.limits.messages
            && self.bytes.load(Ordering::Relaxed) < self.limits.bytes
    }
}

/// The first part of a message that is being counted.
struct TrackedPart {
    part: Bytes,
    size: usize,
    backlog: Backlog,
}

impl AsRef<[u8]> for TrackedPart {
    fn as_ref(&self) -> &[u8] {
        &self.part
    }
}

impl Drop for TrackedPart {
    fn drop(&mut self) {
        let state = &self.backlog.0;
        state.messages.fetch_sub(1, Ordering::Relaxed);
        state.bytes.fetch_sub(self.size, Ordering::Relaxed);
        state.sent.fetch_add(1, Ordering::Relaxed);
        state.message_sent.notify_one();
    }
}

/// A publisher socket that counts its messages.
pub(super) struct TrackedSocket {
    pub(super) socket: PubSocket,
    pub(super) backlog: Backlog,
}

impl SocketSend for TrackedSocket {
    fn send<'a, 'b>(&'a mut self, message: ZmqMessage) -> Pin<Box<dyn Future<Output = ZmqResult<()>> + Send + 'b>>
    where
        'a: 'b,
        Self: 'b,
    {
        self.socket.send(self.backlog.track(message))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn backlog(messages: usize, bytes: usize) -> Backlog {
        Backlog::with_limits(Limits { messages, bytes, stall_timeout: Duration::from_millis(50) })
    }

    fn message(backlog: &Backlog) -> ZmqMessage {
        backlog.track(ZmqMessage::try_from(vec![Bytes::from("topic"), Bytes::from("content")]).unwrap())
    }

    #[tokio::test]
    async fn outputs_wait_until_the_last_copy_is_dropped() {
        for backlog in [backlog(1, usize::MAX), backlog(usize::MAX, 12)] {
            assert!(backlog.wait_for_space().await);
            let first = message(&backlog);
            assert_eq!(first.get(0).unwrap().as_ref(), b"topic");
            let second = first.clone();
            drop(first);
            assert!(!backlog.0.has_space(), "there is a second client");
            let (has_space, ()) = tokio::join!(backlog.wait_for_space(), async {
                tokio::task::yield_now().await;
                drop(second);
            });
            assert!(has_space);
        }
    }

    #[tokio::test]
    async fn stalled_clients_are_waited_for_once() {
        let backlog = backlog(1, usize::MAX);
        let held = [message(&backlog), message(&backlog)];
        let start = std::time::Instant::now();
        assert!(!backlog.wait_for_space().await);
        assert!(start.elapsed() >= backlog.stall_timeout());
        let start = std::time::Instant::now();
        assert!(!backlog.wait_for_space().await && start.elapsed() < backlog.stall_timeout());
        drop(held);
        assert!(backlog.wait_for_space().await);
        assert_eq!((backlog.0.messages.load(Ordering::Relaxed), backlog.0.bytes.load(Ordering::Relaxed)), (0, 0));
    }
}
