//! The parts of evcxr's generated program that several patches look for.

/// The beginning of the function that runs a cell. The number of the build follows.
pub(super) const RUN_FUNCTION: &str = "pub extern \"C\" fn run_user_code_";

/// The definition of the error type of a cell that contains a `?`.
pub(super) const ERROR_TYPE_DEFINITION: &str = "struct EvcxrUserCodeError";

/// The line by which a cell reports that an error has left it.
pub(super) const PRINT_ERROR_SIGNAL: &str = "::std::println!(\"EVCXR_ERROR_OCCURRED\");";

/// Returns the name of the function that runs the cell. It is a different one for each cell that was run.
pub(super) fn run_function_name(program: &str) -> Option<&str> {
    let line = program.lines().rfind(|line| line.starts_with(RUN_FUNCTION))?;
    line.trim_end_matches('(').rsplit(' ').next()
}
