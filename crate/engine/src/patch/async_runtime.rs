//! Lets a cell `.await` after a `:dep` has changed tokio.
//!
//! evcxr stores a tokio runtime among the variables, and panics if its type has changed: tokio with other features is another
//! crate. With this patch the cell gets a new runtime. The old one keeps running the tasks that were spawned on it.

/// The end of the signature of the function that returns the runtime.
const SIGNATURE_END: &str = "    ) -> std::sync::Arc<T> {";
/// The message of its panic.
const PANIC_MESSAGE: &str = "lazy_arc {name} changed type";
/// The statement that is added at its beginning.
const FORGET_OTHER_TYPE: &str = " if self.variables.get(name).is_some_and(|value| !value.is::<std::sync::Arc<T>>()) { \
                      std::mem::forget(self.variables.remove(name)); }";

/// Returns the program in which the function returns a new runtime in place of one of another type.
pub(super) fn patched(program: &str) -> Option<String> {
    let (before, after) = program.split_once(SIGNATURE_END)?;
    let is_runtime_function = after.contains(PANIC_MESSAGE) && !after.starts_with(FORGET_OTHER_TYPE);
    is_runtime_function.then(|| format!("{before}{SIGNATURE_END}{FORGET_OTHER_TYPE}{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_evcxrs_runtime_function_is_patched() {
        let program = format!(
            "impl S {{\n    fn lazy_arc<T>(&mut self, name: &str,\n{SIGNATURE_END}\n        panic!(\"{PANIC_MESSAGE}\");\n    }}\n}}\n"
        );
        let patched = patched(&program).unwrap();
        assert_eq!(patched.lines().count(), program.lines().count());
        assert!(syn::parse_file(&patched).is_ok(), "{patched}");
        assert!(super::patched(&patched).is_none(), "patched twice");
        assert!(super::patched(&format!("fn f<T>(\n{SIGNATURE_END}\n    }}\n")).is_none());
    }
}
