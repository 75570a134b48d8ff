//! Lets a cell `.await` after a `:dep` has changed tokio.
//!
//! evcxr keeps one runtime of tokio among the variables, and panics where its type is another one: tokio with other features
//! is another crate. Then the cell gets a new runtime. The one before goes on with what was spawned on it.

/// How the function ends its signature that gives the runtime.
const BEGIN: &str = "    ) -> std::sync::Arc<T> {";
/// What it panics with.
const PANIC: &str = "lazy_arc {name} changed type";
/// What it does first.
const FORGET: &str = " if self.variables.get(name).is_some_and(|value| !value.is::<std::sync::Arc<T>>()) { \
                      std::mem::forget(self.variables.remove(name)); }";

/// Has the function give a new runtime in place of one of another type.
pub(super) fn patched(program: &str) -> Option<String> {
    let (before, after) = program.split_once(BEGIN)?;
    let is_evcxrs = after.contains(PANIC) && !after.starts_with(FORGET);
    is_evcxrs.then(|| format!("{before}{BEGIN}{FORGET}{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_function_of_evcxrs_is_changed_and_nothing_else() {
        let program = format!(
            "impl S {{\n    fn lazy_arc<T>(&mut self, name: &str,\n{BEGIN}\n        panic!(\"{PANIC}\");\n    }}\n}}\n"
        );
        let patched = patched(&program).unwrap();
        assert_eq!(patched.lines().count(), program.lines().count());
        assert!(syn::parse_file(&patched).is_ok(), "{patched}");
        assert!(super::patched(&patched).is_none(), "patched twice");
        assert!(super::patched(&format!("fn f<T>(\n{BEGIN}\n    }}\n")).is_none());
    }
}
