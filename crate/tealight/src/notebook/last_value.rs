//! How the last value of a cell is shown, chosen by its type.
//!
//! The tealight kernel appends `LastValue(&value).evcxr_display()` to a cell whose last line has no semicolon. The compiler
//! looks for that method on [`LastValue`] first, where [`ShowLast`] provides it for every type that implements [`Show`]. Then it
//! looks on the value itself, where an inherent `evcxr_display` comes before [`DebugLast`], which provides it for every type
//! with `Debug`. For any other type the kernel calls [`describe_type`](LastValue::describe_type).
//!
//! Before that, `LastValue(&value).error()` returns the message of an `Err`, resolved in the same way: from `Display`, else
//! from `Debug`; `None` for every other type.

use std::fmt::{Debug, Display};
use std::ops::Deref;
use std::rc::Rc;
use std::sync::Arc;

use super::Show;
use super::display::{OutputGroup, show_cell_result};

/// The value that a cell ends with.
#[allow(missing_debug_implementations, reason = "with Debug, it would be shown in place of the value in it")]
pub struct LastValue<'a, T: ?Sized>(pub &'a T);

impl<T: ?Sized> Clone for LastValue<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: ?Sized> Copy for LastValue<'_, T> {}

impl<T: ?Sized> Deref for LastValue<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.0
    }
}

impl<T: ?Sized> LastValue<'_, T> {
    /// Shows the type of a value that can't be shown, and what to do about it.
    pub fn describe_type(&self) {
        show_cell_result(&[("text/plain", &description(std::any::type_name::<T>()))]);
    }
}

/// Describes a value of a type without `Debug`.
fn description(type_name: &str) -> String {
    if type_name.contains("{{closure}}") && !type_name.contains('<') {
        return "A closure. Call it to see what it returns.".to_owned();
    }
    // evcxr compiles cells as a crate named `ctx`.
    match type_name.strip_prefix("ctx::") {
        Some(name) if !name.contains("::") => {
            format!(
                "A value of type {name}. To see its contents, write #[derive(Debug)] above the definition of {name}."
            )
        }
        _ => format!(
            "A value of type {}. The type has no Debug, so its contents can't be shown.",
            type_name.replace("ctx::", "")
        ),
    }
}

/// Shows a value whose type implements [`Show`].
pub trait ShowLast {
    /// Shows the value.
    fn evcxr_display(&self);
}

impl<T: Show + ?Sized> ShowLast for LastValue<'_, T> {
    fn evcxr_display(&self) {
        self.0.show();
    }
}

/// Shows a value as `{:?}` formats it.
pub trait DebugLast {
    /// Shows the value.
    fn evcxr_display(&self);
}

impl<T: Debug + ?Sized> DebugLast for T {
    fn evcxr_display(&self) {
        show_cell_result(&[("text/plain", &format!("{self:?}"))]);
    }
}

/// The message of an error with `Display`.
pub trait DisplayedError {
    /// Returns the message if the value is an error.
    fn error(&self) -> Option<String>;
}

impl<T, E: Display> DisplayedError for &LastValue<'_, Result<T, E>> {
    fn error(&self) -> Option<String> {
        self.0.as_ref().err().map(E::to_string)
    }
}

/// The message of an error that only has `Debug`.
pub trait DebuggedError {
    /// Returns the message if the value is an error.
    fn error(&self) -> Option<String>;
}

impl<T, E: Debug> DebuggedError for LastValue<'_, Result<T, E>> {
    fn error(&self) -> Option<String> {
        self.0.as_ref().err().map(|error| format!("{error:?}"))
    }
}

/// Any value that is not an error.
pub trait NoError {
    /// Returns `None`.
    fn error(self) -> Option<String>;
}

impl<T: ?Sized> NoError for LastValue<'_, T> {
    fn error(self) -> Option<String> {
        None
    }
}

/// Shows nothing.
impl Show for () {
    fn show(&self) {}
}

impl<T: Show, E: Debug> Show for Result<T, E> {
    fn show(&self) {
        match self {
            Ok(value) => value.show(),
            Err(error) => show_cell_result(&[("text/plain", &format!("Err({error:?})"))]),
        }
    }
}

impl<T: Show> Show for Option<T> {
    fn show(&self) {
        match self {
            Some(value) => value.show(),
            None => show_cell_result(&[("text/plain", "None")]),
        }
    }
}

impl<T: Show> Show for [T] {
    fn show(&self) {
        let group = OutputGroup::begin();
        self.iter().for_each(Show::show);
        drop(group);
    }
}

impl<T: Show, const N: usize> Show for [T; N] {
    fn show(&self) {
        self.as_slice().show();
    }
}

/// References and smart pointers show the value that they point to.
macro_rules! show_pointee {
    ($($pointer:ty),*) => { $(
        impl<T: Show + ?Sized> Show for $pointer {
            fn show(&self) {
                (**self).show();
            }
        }
    )* };
}

show_pointee!(&T, &mut T, Box<T>, Rc<T>, Arc<T>);

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    /// The call that the kernel makes first.
    macro_rules! error {
        ($value:expr) => {
            (&&LastValue(&$value)).error()
        };
    }

    #[test]
    fn an_error_has_a_message_and_other_values_have_none() {
        #[derive(Debug)]
        struct NoDisplay;
        assert_eq!(error!("x".parse::<i32>()), Some("invalid digit found in string".to_owned()));
        assert_eq!(error!(Err::<(), _>(NoDisplay)), Some("NoDisplay".to_owned()));
        assert_eq!(error!(Err::<NoDisplay, Box<dyn std::error::Error>>("no".into())), Some("no".to_owned()));
        assert_eq!(error!("1".parse::<i32>()), None);
        assert_eq!(error!(5), None);
        assert_eq!(error!("text"), None);
        assert_eq!(error!(*"text"), None);
    }

    #[test]
    fn an_inherent_evcxr_display_comes_before_debug() {
        #[derive(Debug, Default)]
        struct Own {
            shown: Cell<bool>,
        }
        impl Own {
            fn evcxr_display(&self) {
                self.shown.set(true);
            }
        }
        let own = Own::default();
        LastValue(&own).evcxr_display();
        assert!(own.shown.take());
        LastValue(&&own).evcxr_display();
        assert!(own.shown.take());
    }

    #[test]
    fn show_comes_before_everything() {
        #[derive(Debug, Default)]
        struct Both {
            shown: Cell<bool>,
        }
        impl Show for Both {
            fn show(&self) {
                self.shown.set(true);
            }
        }
        let both = Both::default();
        LastValue(&both).evcxr_display();
        assert!(both.shown.take());
        LastValue(&Some(Box::new(&both))).evcxr_display();
        assert!(both.shown.take());
        LastValue(&Ok::<_, String>(&both)).evcxr_display();
        assert!(both.shown.take());
    }

    #[test]
    fn numbers_and_texts_are_shown() {
        let (integer, float) = (5, -0.5);
        LastValue(&integer).evcxr_display();
        LastValue(&float).evcxr_display();
        LastValue("text").evcxr_display();
        LastValue(&[1, 2][..]).evcxr_display();
        let dynamic: Box<dyn Debug> = Box::new(1);
        LastValue(&dynamic).evcxr_display();
        LastValue(&*dynamic).evcxr_display();
    }

    #[test]
    fn a_type_without_debug_says_what_to_do() {
        let text = description("ctx::Point");
        assert!(text.contains("type Point") && text.contains("#[derive(Debug)]"), "{text}");
        assert!(description("ctx::run_user_code_3::{{closure}}::{{closure}}").starts_with("A closure"));
        assert!(description("serde::Thing<ctx::Point>").contains("serde::Thing<Point>"));
    }
}
