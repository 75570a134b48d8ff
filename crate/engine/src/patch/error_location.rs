//! Reports the line of a `?` through which an error leaves a cell.
//!
//! evcxr's program prints such an error without its line. This patch changes one line of the generated code so that the line
//! of the `?` is printed to standard error first, before the message.

use crate::signal_lines::ERROR_LINE;

/// The beginning of the function that converts an error that leaves a cell.
const CONVERSION: &str = "fn from(error: T) -> Self {";

/// Returns the program in which a `?` prints its line before its error.
pub(super) fn patched(program: &str) -> Option<String> {
    let (before, after) = program.split_once(CONVERSION)?;
    if program.contains(ERROR_LINE) || !after.contains("EvcxrUserCodeError") {
        return None;
    }
    let print = format!("::std::eprintln!(\"{ERROR_LINE}{{}}\", ::std::panic::Location::caller().line());");
    Some(format!("{before}#[track_caller] {CONVERSION} {print}{after}"))
}

/// Returns the line of an error that a signal reports, or `None` for other signals.
pub(crate) fn parse_error_line(signal: &str) -> Option<usize> {
    signal.strip_prefix(ERROR_LINE)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const GENERATED: &str = "struct EvcxrUserCodeError {}\nimpl<T: std::fmt::Display> From<T> for EvcxrUserCodeError {\n    \
                             fn from(error: T) -> Self {\n        eprintln!(\"{}\", error);\n        EvcxrUserCodeError {}\n    \
                             }\n}\nfn cell() -> Result<(), EvcxrUserCodeError> {\n    Err(\"no\")?;\n    Ok(())\n}\n";

    #[test]
    fn a_patched_program_has_the_same_lines() {
        let patched = patched(GENERATED).unwrap();
        assert_eq!(patched.lines().count(), GENERATED.lines().count());
        assert_eq!(patched.lines().last(), GENERATED.lines().last());
        assert!(syn::parse_file(&patched).is_ok(), "{patched}");
        assert!(super::patched(&patched).is_none(), "patched twice");
    }

    #[test]
    fn other_programs_are_not_patched() {
        assert_eq!(patched("fn main() {}"), None);
        assert_eq!(patched("fn from(error: T) -> Self { panic!() }"), None);
    }

    #[test]
    fn the_line_of_an_error_is_parsed() {
        assert_eq!(parse_error_line("EVCXR_ERROR_PLACE:17"), Some(17));
        assert_eq!(parse_error_line("EVCXR_ERROR_OCCURRED"), None);
    }
}
