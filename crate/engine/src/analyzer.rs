//! What rust-analyzer reads (workarounds for rust-analyzer and for how evcxr asks it).
//!
//! evcxr offers no way to tell rust-analyzer what to read, but rust-analyzer asks cargo, and that is a
//! [shim](crate::shims).

pub(crate) mod metadata_filter;
pub(crate) mod public_source;
pub(crate) mod sysroot;
