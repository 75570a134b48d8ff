//! How far long work is: a bar that moves in the page or in the terminal, and the stop that the user asks for.

mod bar;
mod pace;
mod screen;
mod task;

pub(crate) use bar::{Bar, duration, html_lines, time_left};
pub(crate) use pace::Pace;
pub(crate) use screen::{Busy, Screen};
pub(crate) use task::Task;
