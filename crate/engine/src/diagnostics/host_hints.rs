//! What the host knows about mistakes in cells that use its library.

use std::fmt::Debug;

/// What the host knows about mistakes in cells that use its library.
pub trait HostHints: Debug + Sync {}

/// The hints of a host without a library.
#[derive(Clone, Copy, Debug)]
pub struct NoHints;

impl HostHints for NoHints {}

/// What the diagnostics of a session need to know of its host.
#[derive(Clone, Copy, Debug)]
pub(crate) struct HostContext<'a> {
    /// The host's hints.
    pub(crate) hints: &'a dyn HostHints,
    /// The name of the host's library.
    pub(crate) library: Option<&'a str>,
    /// Paths that messages leave out before the name of a type, the longest first.
    pub(crate) short_paths: &'a [&'a str],
}
