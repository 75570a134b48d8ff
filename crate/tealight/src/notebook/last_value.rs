//! How the value that a cell ends with is shown, decided by its type.
//!
//! The tealight kernel writes `LastValue(&value).evcxr_display()` behind a cell whose last line has no semicolon. The compiler
//! looks for that method on [`LastValue`] first, where [`ShowLast`] has it for every type that implements [`Show`]; then on the
//! value itself, where an `evcxr_display` of the type's own comes before [`DebugLast`], which has it for every type with
//! `Debug`. A type with none of the three gets [`describe_type`](LastValue::describe_type) instead.
//!
//! `LastValue(&value).error()` is asked before that. It finds the words of an `Err` in the same way: by `Display`, else by
//! `Debug`, and for every other type there are none.

use std::fmt::{Debug, Display};
use std::ops::Deref;
use std::rc::Rc;
use std::sync::Arc;

use super::Show;
use super::display::{Together, end_cell};

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
    /// Shows what can be said of a value that has no way to be shown: its type, and what to do.
    pub fn describe_type(&self) {
        end_cell(&[("text/plain", &description(std::any::type_name::<T>()))]);
    }
}

/// What is said of a value of a type without `Debug`.
fn description(type_name: &str) -> String {
    if type_name.contains("{{closure}}") && !type_name.contains('<') {
        return "A closure. Call it to see what it gives.".to_owned();
    }
    // Cells are compiled as a crate of this name.
    match type_name.strip_prefix("ctx::") {
        Some(own) if !own.contains("::") => {
            format!(
                "A value of type {own}. To see what is in it, write #[derive(Debug)] above the definition of {own}."
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

/// Shows a value as `{:?}` prints it.
pub trait DebugLast {
    /// Shows the value.
    fn evcxr_display(&self);
}

impl<T: Debug + ?Sized> DebugLast for T {
    fn evcxr_display(&self) {
        end_cell(&[("text/plain", &format!("{self:?}"))]);
    }
}

/// The words of an error that can be displayed.
pub trait DisplayedError {
    /// The words, where the value is an error.
    fn error(&self) -> Option<String>;
}

impl<T, E: Display> DisplayedError for &LastValue<'_, Result<T, E>> {
    fn error(&self) -> Option<String> {
        self.0.as_ref().err().map(E::to_string)
    }
}

/// The words of an error that has `Debug` alone.
pub trait DebuggedError {
    /// The words, where the value is an error.
    fn error(&self) -> Option<String>;
}

impl<T, E: Debug> DebuggedError for LastValue<'_, Result<T, E>> {
    fn error(&self) -> Option<String> {
        self.0.as_ref().err().map(|error| format!("{error:?}"))
    }
}

/// What is no error.
pub trait NoError {
    /// None.
    fn error(self) -> Option<String>;
}

impl<T: ?Sized> NoError for LastValue<'_, T> {
    fn error(self) -> Option<String> {
        None
    }
}

/// There is nothing to show.
impl Show for () {
    fn show(&self) {}
}

impl<T: Show, E: Debug> Show for Result<T, E> {
    fn show(&self) {
        match self {
            Ok(value) => value.show(),
            Err(error) => end_cell(&[("text/plain", &format!("Err({error:?})"))]),
        }
    }
}

impl<T: Show> Show for Option<T> {
    fn show(&self) {
        match self {
            Some(value) => value.show(),
            None => end_cell(&[("text/plain", "None")]),
        }
    }
}

impl<T: Show> Show for [T] {
    fn show(&self) {
        let together = Together::begin();
        self.iter().for_each(Show::show);
        drop(together);
    }
}

impl<T: Show, const N: usize> Show for [T; N] {
    fn show(&self) {
        self.as_slice().show();
    }
}

/// What a reference or a pointer leads to.
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

    /// What the kernel asks first.
    macro_rules! error {
        ($value:expr) => {
            (&&LastValue(&$value)).error()
        };
    }

    #[test]
    fn an_error_has_its_own_words_and_what_is_none_has_none() {
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
    fn a_way_of_the_types_own_comes_before_debug() {
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
    fn every_number_and_text_is_shown() {
        let (whole, number) = (5, -0.5);
        LastValue(&whole).evcxr_display();
        LastValue(&number).evcxr_display();
        LastValue("text").evcxr_display();
        LastValue(&[1, 2][..]).evcxr_display();
        let dynamic: Box<dyn Debug> = Box::new(1);
        LastValue(&dynamic).evcxr_display();
        LastValue(&*dynamic).evcxr_display();
    }

    #[test]
    fn a_type_without_debug_says_what_to_do() {
        let own = description("ctx::Point");
        assert!(own.contains("type Point") && own.contains("#[derive(Debug)]"), "{own}");
        assert!(description("ctx::run_user_code_3::{{closure}}::{{closure}}").starts_with("A closure"));
        assert!(description("serde::Thing<ctx::Point>").contains("serde::Thing<Point>"));
    }
}
