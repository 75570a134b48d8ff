//! Progress bars for long work, in the page or in the terminal. Long work also ends here when the user stops it.

mod bar;
mod guard;
mod target;
mod task;
mod throttle;

pub(crate) use bar::{Bar, format_duration, format_time_left, html_lines};
pub(crate) use guard::ProgressGuard;
pub(crate) use target::ProgressTarget;
pub(crate) use task::ProgressTask;
pub(crate) use throttle::Throttle;
