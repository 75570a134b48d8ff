//! What to do in a notebook about the mistakes that newcomers make most.

/// One line for an error of the compiler's; none where its own words say it.
pub(crate) fn of(code: Option<&str>, message: &str) -> Option<&'static str> {
    // evcxr's own words, which have no code.
    if message.contains("contains a reference with a non-static lifetime") {
        return of(Some("E0597"), "");
    }
    let hint = match code? {
        "E0382" => {
            "the value was given away, here or in an earlier cell. Lend it with `&name`, or give `name.clone()`; then run the cell that made it again"
        }
        "E0384" | "E0596" | "E0594" => "write `let mut name = …` in the cell that makes it, and run that cell again",
        "E0597" | "E0716" | "E0505" | "E0515" => {
            "a variable that outlives its cell can't borrow from another one. Keep the owned value (`.to_owned()`, `.clone()`), or put the lines that borrow in one { block }"
        }
        "E0425" | "E0433" | "E0432" => {
            "has the cell that defines it been run since the kernel started? Run the cells from the top: Run, Run All Above Selected Cell"
        }
        "E0560" | "E0609" => "the name of the field is another: press Tab after the dot to see those that there are",
        "E0599" if message.contains("Result<") || message.contains("`Result") => {
            "the value is inside of a `Result`: write `?` after the call that made it"
        }
        "E0599" => {
            "press Tab after the dot to see what there is. If the value is a `Result`, write `?` after the call that made it"
        }
        "E0308" if message.contains("Result") => {
            "a call that may fail gives a `Result`: write `?` after it to get the value"
        }
        "E0308" => {
            "the type written in the message as `expected` is needed here: `1.0` is a float and `1` is not, and `x as f64` makes one of the other"
        }
        "E0277"
            if message.contains("cannot add")
                || message.contains("cannot mul")
                || message.contains("cannot sub")
                || message.contains("cannot div") =>
        {
            "numbers of two types don't mix: turn one into the other with `x as f64`"
        }
        "E0277" if message.contains("`?`") => {
            "`?` works at the level of the cell, and in functions that return a `Result`"
        }
        _ => return None,
    };
    Some(hint)
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn what_newcomers_do_wrong_has_a_line_of_what_to_do() {
        let hint = |code, message| of(Some(code), message).unwrap_or_default();
        assert!(hint("E0382", "borrow of moved value: `model`").contains("&name"));
        assert!(hint("E0596", "cannot borrow `model` as mutable").contains("let mut"));
        assert!(hint("E0599", "no method named `summary` found for enum `Result<T, E>`").contains("`?`"));
        assert!(hint("E0609", "no field `los` on type `Evaluation`").contains("Tab"));
        assert!(hint("E0308", "mismatched types").contains("expected"));
        assert!(hint("E0597", "`x` does not live long enough").contains("outlives its cell"));
        let reference = "The variable `v` contains a reference with a non-static lifetime so\ncan't be persisted.";
        assert_eq!(of(None, reference), of(Some("E0597"), ""));
        assert_eq!(of(Some("E0001"), ""), None);
        assert_eq!(of(None, ""), None);
    }
}
