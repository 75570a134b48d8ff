//! Keeps the variables of before where a cell fails.
//!
//! The program that evcxr writes around a cell takes every variable out of the store at its start, and at its end puts back
//! those that the cell does not define anew. A cell with `let model = …` that fails would lose the model of before. So the
//! program gets three additions, none of which moves a line:
//!
//! - It says when it begins to run the cell, after the types of all variables were compared.
//! - It notes that the cell has reached its end.
//! - Where the cell has not reached its end, it puts back the variables of before, and says so.
//!
//! A variable that the cell moves can't be put back. Which ones these are, only the compiler knows: the
//! [build](super::build) leaves out those about which it complains.
//!
//! A variable that the cell moves and then gives a value again, as in `text = text + "!";`, evcxr takes for moved. It is put
//! back at the end of the cell, and that is said.

use serde::{Deserialize, Serialize};

use super::super::signals::{BEGINS, REASSIGNED, UNFINISHED};
use super::statement;

/// How evcxr begins the function that runs a cell; the number of the build follows.
const FUNCTION: &str = "pub extern \"C\" fn run_user_code_";
/// Where the types of the variables have been compared.
const CHECKED: &str = "if !vars_ok {return evcxr_variable_store;}}";
/// Where the cell's own code begins.
const CATCH: &str = "match std::panic::catch_unwind(";
/// How the line begins that stands before the cell's own code.
const BEGIN: &str = "let _ = (|| -> std::result::Result<";
/// How the cell's own code ends.
const END: [&str; 2] = ["Ok(())})();", "Ok::<(), EvcxrUserCodeError>(())"];
/// Where a panic of the cell has been caught.
const CAUGHT: &str = "}}";
/// How evcxr looks whether a stored variable has the type that is expected.
const LOOK: &str = "if let Some(v) = self.variables.get(name)";
/// How a variable is put into the store.
pub(super) const PUT: &str = "evcxr_variable_store.put_variable::<";
/// The variable that notes that the cell has reached its end.
const FINISHED: &str = "tealight_cell_finished";

/// A variable of an earlier cell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Variable {
    pub(crate) name: String,
    pub(crate) type_name: String,
    pub(crate) mutable: bool,
}

/// What becomes of the variables of a cell that does not reach its end.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Variables {
    /// Those that the cell defines anew, or moves: they are put back.
    pub(crate) restored: Vec<Variable>,
    /// Those that the cell moves, which are lost.
    pub(crate) lost: Vec<String>,
    /// Those that have a value again where the cell reaches its end.
    pub(crate) reassigned: Vec<Variable>,
    /// Those that the cell defines.
    pub(crate) new: Vec<String>,
}

/// What the compiler was found to complain about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Moved {
    /// The variables that the cell moves.
    pub(super) names: Vec<String>,
    /// Those that have no value at the end of the cell.
    pub(super) at_end: Vec<String>,
}

/// The program with its additions, and what becomes of its variables. None where evcxr has written something else.
pub(super) fn patched(program: &str, moved: &Moved) -> Option<(String, Variables)> {
    let mut lines: Vec<String> = program.lines().map(str::to_owned).collect();
    let position = |from: usize, wanted: &str| Some(from + lines.get(from..)?.iter().position(|line| line == wanted)?);
    let function = lines.iter().rposition(|line| line.starts_with(FUNCTION))?;
    let checked = position(function, CHECKED)?;
    let catch = position(checked, CATCH)?;
    let caught = lines.iter().rposition(|line| line == CAUGHT).filter(|caught| *caught > catch)?;
    let end = lines[..caught].iter().rposition(|line| END.contains(&line.as_str())).filter(|end| *end > catch)?;

    let new: Vec<String> = lines[catch..end].iter().rev().map_while(|line| stored(line)).collect();
    let kept: Vec<String> = lines[caught..].iter().filter_map(|line| stored(line)).collect();
    let loaded = lines[checked..catch].iter().filter_map(|line| loaded(line));
    let loaded: Vec<Variable> = loaded.filter(|variable| !kept.contains(&variable.name)).collect();
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
        format!("{PUT}{type_name}>(stringify!({name}), {name}); ")
    };
    let puts: String = restored.iter().map(put).collect();
    let puts_at_end: String = reassigned.iter().map(put).collect();
    let says =
        if reassigned.is_empty() { String::new() } else { format!(" else {{ ::std::println!(\"{REASSIGNED}\"); }}") };
    let own = lines[catch..end].iter().position(|line| line.starts_with(BEGIN)).map(|at| catch + at + 1);
    let (mut variable, mut value) = (String::new(), "0".to_owned());
    if let Some(own) = own
        && let Some(code) = lines.get_mut(own..end - new.len())
    {
        // Lines are counted from 1.
        statement::note(code, own + 1);
        (variable, value) = (statement::variable(own + 1), statement::value());
    }
    let unfinished = format!("::std::println!(\"{UNFINISHED}{{}}\", {value});");
    lines[checked].push_str(&format!(" ::std::println!(\"{BEGINS}\");"));
    lines[catch].insert_str(0, &format!("{variable}let mut {FINISHED} = false; "));
    lines[end].insert_str(0, &format!("{puts_at_end}{FINISHED} = true; "));
    lines[caught].push_str(&format!(" if !{FINISHED} {{ {puts}{unfinished} }}{says}"));
    let missing =
        "if !self.variables.contains_key(name) { println!(\"{VARIABLE_CHANGED_TYPE}{name}\"); return false; }";
    if let Some(line) = lines.iter_mut().find(|line| line.trim() == LOOK) {
        line.insert_str(0, missing);
    }
    Some((lines.join("\n") + "\n", Variables { restored, lost, reassigned, new }))
}

/// A program that has its additions, with others: these variables were found to be moved.
pub(super) fn repatched(program: &str, moved: &Moved) -> Option<(String, Variables)> {
    let begins = format!(" ::std::println!(\"{BEGINS}\");");
    let before = [format!("let mut {FINISHED} = false; "), format!("{FINISHED} = true; ")];
    let mut lines: Vec<String> = program.lines().map(str::to_owned).collect();
    for line in &mut lines {
        *line = statement::without(line).replacen(&begins, "", 1);
        if let Some((_, rest)) = before.iter().find_map(|before| line.split_once(before)) {
            *line = rest.to_owned();
        }
    }
    let back = line(program)? - 1;
    CAUGHT.clone_into(&mut lines[back]);
    patched(&(lines.join("\n") + "\n"), moved)
}

/// The number of the line that puts variables back, counted from 1.
pub(super) fn line(program: &str) -> Option<usize> {
    let begin = format!("{CAUGHT} if !{FINISHED} ");
    program.lines().position(|line| line.starts_with(&begin)).map(|at| at + 1)
}

/// The number of the line that puts variables back at the end of the cell, counted from 1.
pub(super) fn last_line(program: &str) -> Option<usize> {
    let finished = format!("{FINISHED} = true; ");
    program.lines().position(|line| line.contains(&finished)).map(|at| at + 1)
}

/// The name of the function that runs the cell, which is another for each cell that was run.
pub(super) fn function(program: &str) -> Option<&str> {
    let line = program.lines().rfind(|line| line.starts_with(FUNCTION))?;
    line.trim_end_matches('(').rsplit(' ').next()
}

/// The name of the variable that this line puts into the store.
fn stored(line: &str) -> Option<String> {
    let (_, name) = line.strip_prefix(PUT)?.rsplit_once(">(stringify!(")?;
    name.split_once(')').map(|(name, _)| name.to_owned())
}

/// Whether a line may give a variable another value.
fn assigns(line: &str, name: &str) -> bool {
    let is_part = |sign: char| sign.is_alphanumeric() || sign == '_' || sign == '.';
    line.match_indices(name).any(|(at, _)| {
        let after = line[at + name.len()..].trim_start();
        !line[..at].ends_with(is_part) && after.starts_with('=') && !after.starts_with("==") && !after.starts_with("=>")
    })
}

/// The variable that this line takes out of the store.
fn loaded(line: &str) -> Option<Variable> {
    let rest = line.strip_prefix("let ")?;
    let (mutable, rest) = rest.strip_prefix("mut ").map_or((false, rest), |rest| (true, rest));
    let (name, rest) = rest.split_once(" = evcxr_variable_store.take_variable::<")?;
    let (type_name, _) = rest.rsplit_once(">(stringify!(")?;
    Some(Variable { name: name.to_owned(), type_name: type_name.to_owned(), mutable })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What evcxr writes around `let a = a + 1; let b = 2; drop(c);`, after cells that defined `a`, `c` and `kept`.
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
    fn variables_of_before_are_put_back_but_for_those_that_were_moved() {
        let moved =
            |names: &[&str]| Moved { names: names.iter().map(|name| (*name).to_owned()).collect(), at_end: vec![] };
        let (program, variables) = patched(PROGRAM, &moved(&["c"])).unwrap();
        assert_eq!(program.lines().count(), PROGRAM.lines().count(), "no line may move");
        let a = Variable { name: "a".to_owned(), type_name: "[i32; 3]".to_owned(), mutable: true };
        assert_eq!(variables.restored, [a]);
        assert_eq!(variables.lost, ["c"]);
        assert_eq!(variables.new, ["b", "a"]);
        let line = program.lines().nth(super::line(&program).unwrap() - 1).unwrap();
        assert!(line.contains("put_variable::<[i32; 3]>(stringify!(a), a);") && !line.contains("(c)"), "{line}");
        assert_eq!(function(&program), Some("run_user_code_7"));
        assert!(patched(&program, &Moved::default()).is_none(), "patched twice");
        let (again, variables) = repatched(&program, &moved(&["a", "c"])).unwrap();
        assert_eq!(again.lines().count(), PROGRAM.lines().count());
        assert!(!again.contains("a); ::std::println"), "{again}");
        assert_eq!(again.matches("TEALIGHT_LINE.store(15,").count(), 1, "{again}");
        assert_eq!((variables.restored.len(), variables.lost), (0, vec!["a".to_owned(), "c".to_owned()]));
    }

    #[test]
    fn a_variable_that_has_a_value_again_is_put_back_at_the_end() {
        let program = PROGRAM.replace("let c = evcxr", "let mut c = evcxr").replace("drop(c);", "c = c + \"!\";");
        let mut moved = Moved { names: vec!["c".to_owned()], at_end: vec![] };
        let (patched, variables) = super::patched(&program, &moved).unwrap();
        assert_eq!(variables.reassigned.len(), 1);
        let end = patched.lines().nth(last_line(&patched).unwrap() - 1).unwrap();
        let put = "evcxr_variable_store.put_variable::<String>(stringify!(c), c); ";
        assert_eq!(end, format!("{put}tealight_cell_finished = true; Ok(())}})();"));
        assert!(patched.contains(REASSIGNED));
        // The compiler has found that it has none.
        moved.at_end.push("c".to_owned());
        let (again, variables) = repatched(&patched, &moved).unwrap();
        assert!(variables.reassigned.is_empty() && !again.contains(put) && !again.contains(REASSIGNED));
        assert_eq!(
            again.lines().nth(last_line(&again).unwrap() - 1),
            Some("tealight_cell_finished = true; Ok(())})();")
        );
        for (line, expected) in
            [("c = 1;", true), ("(c, d) = c;", false), ("abc = 1", false), ("x.c = 1", false), ("c == 1", false)]
        {
            assert_eq!(assigns(line, "c"), expected, "{line}");
        }
    }

    #[test]
    fn other_programs_are_left_alone() {
        assert!(patched("fn main() {}", &Moved::default()).is_none());
        assert!(patched(&PROGRAM.replace(CATCH, "match other("), &Moved::default()).is_none());
    }
}
