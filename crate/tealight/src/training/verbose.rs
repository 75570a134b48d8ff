//! How much a fit prints.

use crate::arguments::argument;

/// What a fit prints about its progress.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Verbose {
    /// [`Live`](Self::Live) if the output supports it, otherwise [`Lines`](Self::Lines). The default.
    #[default]
    Auto,
    /// Nothing.
    Silent,
    /// A line for each epoch, as soon as it ends.
    Lines,
    /// A progress bar. In a notebook of the tealight kernel it comes with the curves of accuracy and loss, which grow with
    /// every epoch; at the end the finished curves and the last epoch's values remain. In a terminal there is a line for each
    /// epoch above it. On the stock evcxr kernel, which cannot change its output, and in a file: [`Lines`](Self::Lines).
    ///
    /// It is redrawn at most five times a second, and takes at most a hundredth of the training time.
    Live,
}

argument!(
    /// What a fit prints: [`Verbose::Silent`], [`Verbose::Lines`], [`Verbose::Live`].
    IntoVerbose, into_verbose -> Verbose;
    "`{Self}` is not a verbosity",
    "write `.verbose(Verbose::Silent)` for Keras's 0, `.verbose(Verbose::Live)` for its 1, `.verbose(Verbose::Lines)` for its 2"
);
