//! Lets a `?` say where it was.
//!
//! The program that evcxr writes around a cell prints an error that leaves it, and nothing about its place. Before it is
//! compiled, one line of its generated part is changed so that the place of the `?` is printed first, where
//! the error's words will be. No line moves. Where
//! evcxr writes something else one day, nothing is changed, and an error has no place.

use super::super::signals::PLACE;

/// How evcxr begins what converts an error that leaves a cell.
const CONVERSION: &str = "fn from(error: T) -> Self {";

/// Has a `?` print its line before its error.
pub(super) fn patched(program: &str) -> Option<String> {
    let (before, after) = program.split_once(CONVERSION)?;
    if program.contains(PLACE) || !after.contains("EvcxrUserCodeError") {
        return None;
    }
    let place = format!("::std::eprintln!(\"{PLACE}{{}}\", ::std::panic::Location::caller().line());");
    Some(format!("{before}#[track_caller] {CONVERSION} {place}{after}"))
}

/// The line that a signal names as the place of an error; none where it is another signal.
pub(crate) fn place(signal: &str) -> Option<usize> {
    signal.strip_prefix(PLACE)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const GENERATED: &str = "struct EvcxrUserCodeError {}\nimpl<T: std::fmt::Display> From<T> for EvcxrUserCodeError {\n    \
                             fn from(error: T) -> Self {\n        eprintln!(\"{}\", error);\n        EvcxrUserCodeError {}\n    \
                             }\n}\nfn cell() -> Result<(), EvcxrUserCodeError> {\n    Err(\"no\")?;\n    Ok(())\n}\n";

    #[test]
    fn a_patched_program_has_the_lines_of_before() {
        let patched = patched(GENERATED).unwrap();
        assert_eq!(patched.lines().count(), GENERATED.lines().count());
        assert_eq!(patched.lines().last(), GENERATED.lines().last());
        assert!(syn::parse_file(&patched).is_ok(), "{patched}");
        assert!(super::patched(&patched).is_none(), "patched twice");
    }

    #[test]
    fn other_programs_are_left_alone() {
        assert_eq!(patched("fn main() {}"), None);
        assert_eq!(patched("fn from(error: T) -> Self { panic!() }"), None);
    }

    #[test]
    fn a_place_is_read_back() {
        assert_eq!(place("EVCXR_ERROR_PLACE:17"), Some(17));
        assert_eq!(place("EVCXR_ERROR_OCCURRED"), None);
    }
}
