//! Restores the variables when a cell fails.
//!
//! evcxr's program takes every variable out of the store at its start, and at its end stores those that the cell does not
//! redefine. A cell with `let model = …` that fails would lose the earlier model. So the program gets three additions:
//!
//! - It signals when it begins to run the cell, after the types of all variables were compared.
//! - It records that the cell has reached its end.
//! - If the cell has not reached its end, it stores the earlier variables again and signals that.
//!
//! A variable that the cell moves can't be restored. Only the compiler knows which ones these are:
//! [`compile`](super::compile) excludes those that it reports.
//!
//! evcxr takes a variable for moved if the cell moves it and assigns it again, as in `text = text + "!";`. It is stored at the
//! end of the cell, and that is signaled.

use serde::{Deserialize, Serialize};

use super::generated::RUN_FUNCTION;
use super::line_markers;
use crate::signal_lines::{BEGINS, REASSIGNED, UNFINISHED};

/// The line after which the types of the variables are known to be right.
const TYPES_CHECKED: &str = "if !vars_ok {return evcxr_variable_store;}}";
/// The line before the cell's code.
const CATCH_UNWIND: &str = "match std::panic::catch_unwind(";
/// The beginning of the line directly before the cell's code.
const CELL_BEGIN: &str = "let _ = (|| -> std::result::Result<";
/// The last line of the cell's code.
const CELL_ENDS: [&str; 2] = ["Ok(())})();", "Ok::<(), EvcxrUserCodeError>(())"];
/// The line after which a panic of the cell was caught.
const CAUGHT: &str = "}}";
/// The line by which evcxr compares the type of a stored variable with the expected one.
const LOOK_UP: &str = "if let Some(v) = self.variables.get(name)";
/// A statement before that line. A variable that evcxr expects and that is not stored is reported as one of another type.
const REPORT_MISSING: &str =
    "if !self.variables.contains_key(name) { println!(\"{VARIABLE_CHANGED_TYPE}{name}\"); return false; }";
/// The beginning of a line that stores a variable.
pub(super) const PUT_VARIABLE: &str = "evcxr_variable_store.put_variable::<";
/// The variable that records that the cell has reached its end.
const FINISHED: &str = "notebook_cell_finished";

/// A variable of an earlier cell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Variable {
    pub(crate) name: String,
    pub(crate) type_name: String,
    pub(crate) mutable: bool,
}

/// The effects of a cell on the variables, if it does not reach its end.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Variables {
    /// Variables that the cell redefines or moves, and that are restored.
    pub(crate) restored: Vec<Variable>,
    /// Variables that the cell moves, which are lost.
    pub(crate) lost: Vec<String>,
    /// Variables that the cell moves and assigns again, if it reaches its end.
    pub(crate) reassigned: Vec<Variable>,
    /// Variables that the cell defines.
    pub(crate) new: Vec<String>,
}

/// The variables that the compiler has reported as moved.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Moved {
    /// Variables that the cell moves.
    pub(super) names: Vec<String>,
    /// Variables without a value at the end of the cell.
    pub(super) at_end: Vec<String>,
}

/// Returns the program with the additions, and its effects on the variables. Returns `None` for a program of another shape.
pub(super) fn patched(program: &str, moved: &Moved) -> Option<(String, Variables)> {
    let mut lines: Vec<String> = program.lines().map(str::to_owned).collect();
    let position = |from: usize, wanted: &str| Some(from + lines.get(from..)?.iter().position(|line| line == wanted)?);
    let function = lines.iter().rposition(|line| line.starts_with(RUN_FUNCTION))?;
    let checked = position(function, TYPES_CHECKED)?;
    let catch = position(checked, CATCH_UNWIND)?;
    let caught = lines.iter().rposition(|line| line == CAUGHT).filter(|caught| *caught > catch)?;
    let end = lines[..caught].iter().rposition(|line| CELL_ENDS.contains(&line.as_str())).filter(|end| *end > catch)?;

    let new: Vec<String> = lines[catch..end].iter().rev().map_while(|line| stored(line)).collect();
    let unchanged: Vec<String> = lines[caught..].iter().filter_map(|line| stored(line)).collect();
    let loaded = lines[checked..catch].iter().filter_map(|line| loaded(line));
    let loaded: Vec<Variable> = loaded.filter(|variable| !unchanged.contains(&variable.name)).collect();
    let has_value = |variable: &&Variable| {
        let Variable { name, mutable, .. } = *variable;
        *mutable && !new.contains(name) && !moved.at_end.contains(name)
    };
    let reassigned = loaded.iter().filter(has_value);
    let reassigned = reassigned.filter(|variable| lines[catch..end].iter().any(|line| assigns(line, &variable.name)));
    let reassigned: Vec<Variable> = reassigned.cloned().collect();
    let (lost, restored): (Vec<_>, Vec<_>) =
        loaded.into_iter().partition(|variable| moved.names.contains(&variable.name));
    let lost = lost.into_iter().map(|variable| variable.name).collect();

    let put = |variable: &Variable| {
        let Variable { name, type_name, .. } = variable;
        format!("{PUT_VARIABLE}{type_name}>(stringify!({name}), {name}); ")
    };
    let puts: String = restored.iter().map(put).collect();
    let puts_at_end: String = reassigned.iter().map(put).collect();
    let signal =
        if reassigned.is_empty() { String::new() } else { format!(" else {{ ::std::println!(\"{REASSIGNED}\"); }}") };
    let own = lines[catch..end].iter().position(|line| line.starts_with(CELL_BEGIN)).map(|at| catch + at + 1);
    let (mut variable, mut value) = (String::new(), "0".to_owned());
    if let Some(own) = own
        && let Some(code) = lines.get_mut(own..end - new.len())
    {
        // Lines are counted from 1.
        line_markers::add(code, own + 1);
        (variable, value) = (line_markers::declaration(own + 1), line_markers::current_line());
    }
    let unfinished = format!("::std::println!(\"{UNFINISHED}{{}}\", {value});");
    lines[checked].push_str(&format!(" ::std::println!(\"{BEGINS}\");"));
    lines[catch].insert_str(0, &format!("{variable}let mut {FINISHED} = false; "));
    lines[end].insert_str(0, &format!("{puts_at_end}{FINISHED} = true; "));
    lines[caught].push_str(&format!(" if !{FINISHED} {{ {puts}{unfinished} }}{signal}"));
    if let Some(line) = lines.iter_mut().find(|line| line.trim() == LOOK_UP) {
        line.insert_str(0, REPORT_MISSING);
    }
    Some((lines.join("\n") + "\n", Variables { restored, lost, reassigned, new }))
}

/// Replaces the additions of a program after more variables were found to be moved.
pub(super) fn repatched(program: &str, moved: &Moved) -> Option<(String, Variables)> {
    let begins = format!(" ::std::println!(\"{BEGINS}\");");
    let before = [format!("let mut {FINISHED} = false; "), format!("{FINISHED} = true; ")];
    let mut lines: Vec<String> = program.lines().map(str::to_owned).collect();
    for line in &mut lines {
        *line = line_markers::remove(line).replacen(&begins, "", 1);
        if let Some((_, rest)) = before.iter().find_map(|before| line.split_once(before)) {
            *line = rest.to_owned();
        }
    }
    let restoring = line_of_restore(program)? - 1;
    CAUGHT.clone_into(&mut lines[restoring]);
    patched(&(lines.join("\n") + "\n"), moved)
}

/// Returns the number of the line that restores variables, counted from 1.
pub(super) fn line_of_restore(program: &str) -> Option<usize> {
    let begin = format!("{CAUGHT} if !{FINISHED} ");
    program.lines().position(|line| line.starts_with(&begin)).map(|at| at + 1)
}

/// Returns the number of the line that stores reassigned variables at the end of the cell, counted from 1.
pub(super) fn line_of_end(program: &str) -> Option<usize> {
    let finished = format!("{FINISHED} = true; ");
    program.lines().position(|line| line.contains(&finished)).map(|at| at + 1)
}

/// Returns the name of the variable that a line stores.
fn stored(line: &str) -> Option<String> {
    let (_, name) = line.strip_prefix(PUT_VARIABLE)?.rsplit_once(">(stringify!(")?;
    name.split_once(')').map(|(name, _)| name.to_owned())
}

/// Returns whether a line may assign a variable.
fn assigns(line: &str, name: &str) -> bool {
    let is_part = |sign: char| sign.is_alphanumeric() || sign == '_' || sign == '.';
    line.match_indices(name).any(|(at, _)| {
        let after = line[at + name.len()..].trim_start();
        !line[..at].ends_with(is_part) && after.starts_with('=') && !after.starts_with("==") && !after.starts_with("=>")
    })
}

/// Returns the variable that a line takes out of the store.
fn loaded(line: &str) -> Option<Variable> {
    let rest = line.strip_prefix("let ")?;
    let (mutable, rest) = rest.strip_prefix("mut ").map_or((false, rest), |rest| (true, rest));
    let (name, rest) = rest.split_once(" = evcxr_variable_store.take_variable::<")?;
    let (type_name, _) = rest.rsplit_once(">(stringify!(")?;
    Some(Variable { name: name.to_owned(), type_name: type_name.to_owned(), mutable })
}

#[cfg(test)]
mod tests {
    use super::super::generated::run_function_name;
    use super::*;

    /// The program that evcxr writes around `let a = a; let b = 2; drop(c);`, after cells that defined `a`, `c` and `kept`.
    const PROGRAM: &str = "mod evcxr_internal_runtime {\n\
        if let Some(v) = self.variables.get(name)\n\
        }\n\
        #[unsafe(no_mangle)]\n\
        pub extern \"C\" fn run_user_code_7(\n\
        {let mut vars_ok = true;\n\
        if !vars_ok {return evcxr_variable_store;}}\n\
        let mut a = evcxr_variable_store.take_variable::<[i32; 3]>(stringify!(a));\n\
        let c = evcxr_variable_store.take_variable::<String>(stringify!(c));\n\
        let kept = evcxr_variable_store.take_variable::<i32>(stringify!(kept));\n\
        match std::panic::catch_unwind(\n\
        \x20 std::panic::AssertUnwindSafe(||{\n\
        let _ = (|| -> std::result::Result<(), EvcxrUserCodeError> {\n\
        let a = a;\n\
        let b = 2; drop(c);\n\
        evcxr_variable_store.put_variable::<[i32; 3]>(stringify!(a), a);\n\
        evcxr_variable_store.put_variable::<i32>(stringify!(b), b);\n\
        Ok(())})();\n\
        })) { \n\
        \x20 Err(_) => {\n\
        }}\n\
        evcxr_variable_store.put_variable::<i32>(stringify!(kept), kept);\n\
        evcxr_variable_store\n\
        }\n";

    #[test]
    fn earlier_variables_are_restored_unless_they_were_moved() {
        let moved =
            |names: &[&str]| Moved { names: names.iter().map(|name| (*name).to_owned()).collect(), at_end: vec![] };
        let (program, variables) = patched(PROGRAM, &moved(&["c"])).unwrap();
        assert_eq!(program.lines().count(), PROGRAM.lines().count(), "no line may move");
        let a = Variable { name: "a".to_owned(), type_name: "[i32; 3]".to_owned(), mutable: true };
        assert_eq!(variables.restored, [a]);
        assert_eq!(variables.lost, ["c"]);
        assert_eq!(variables.new, ["b", "a"]);
        let line = program.lines().nth(line_of_restore(&program).unwrap() - 1).unwrap();
        assert!(line.contains("put_variable::<[i32; 3]>(stringify!(a), a);") && !line.contains("(c)"), "{line}");
        assert_eq!(run_function_name(&program), Some("run_user_code_7"));
        assert!(patched(&program, &Moved::default()).is_none(), "patched twice");
        let (again, variables) = repatched(&program, &moved(&["a", "c"])).unwrap();
        assert_eq!(again.lines().count(), PROGRAM.lines().count());
        assert!(!again.contains("a); ::std::println"), "{again}");
        assert_eq!(again.matches("NOTEBOOK_LINE.store(15,").count(), 1, "{again}");
        assert_eq!((variables.restored.len(), variables.lost), (0, vec!["a".to_owned(), "c".to_owned()]));
    }

    #[test]
    fn a_reassigned_variable_is_stored_at_the_end() {
        let program = PROGRAM.replace("let c = evcxr", "let mut c = evcxr").replace("drop(c);", "c = c + \"!\";");
        let mut moved = Moved { names: vec!["c".to_owned()], at_end: vec![] };
        let (patched, variables) = super::patched(&program, &moved).unwrap();
        assert_eq!(variables.reassigned.len(), 1);
        let end = patched.lines().nth(line_of_end(&patched).unwrap() - 1).unwrap();
        let put = "evcxr_variable_store.put_variable::<String>(stringify!(c), c); ";
        assert_eq!(end, format!("{put}notebook_cell_finished = true; Ok(())}})();"));
        assert!(patched.contains(REASSIGNED));
        // The compiler reports that it has no value.
        moved.at_end.push("c".to_owned());
        let (again, variables) = repatched(&patched, &moved).unwrap();
        assert!(variables.reassigned.is_empty() && !again.contains(put) && !again.contains(REASSIGNED));
        assert_eq!(
            again.lines().nth(line_of_end(&again).unwrap() - 1),
            Some("notebook_cell_finished = true; Ok(())})();")
        );
        for (line, expected) in
            [("c = 1;", true), ("(c, d) = c;", false), ("abc = 1", false), ("x.c = 1", false), ("c == 1", false)]
        {
            assert_eq!(assigns(line, "c"), expected, "{line}");
        }
    }

    #[test]
    fn other_programs_are_not_patched() {
        assert!(patched("fn main() {}", &Moved::default()).is_none());
        assert!(patched(&PROGRAM.replace(CATCH_UNWIND, "match other("), &Moved::default()).is_none());
    }
}
