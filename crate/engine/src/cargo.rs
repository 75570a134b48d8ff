//! What is done in front of cargo.
//!
//! **What cargo was asked before** is [answered](super::answers) without it.
//!
//! **Before a build**, some lines of the cell's program are [changed](super::patch); the build itself, and the check of a cell
//! with errors, is done [without cargo](super::replay) where that can be.
//!
//! **A build that only changes what evcxr knows** of the variables [builds nothing](super::ledger).
//!
//! **Metadata** is [cut down](super::metadata).

use std::ffi::OsString;
use std::io::Write as _;
use std::iter;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};

use anyhow::{Context as _, Result};

use super::answers::Question;
use super::{ledger, metadata, patch, replay};

/// Does what cargo does, after what is to be done before.
pub(super) fn run(mut cargo: Command, arguments: &[OsString]) -> Result<()> {
    let question = |arguments: &[OsString]| Question::of(Path::new(cargo.get_program()), arguments);
    let status = match Asked::by(arguments) {
        Asked::Build if ledger::is_open() => return ledger::build(),
        Asked::Build => {
            patch::apply();
            let question = question(arguments);
            replay::build(cargo, question)?
        }
        Asked::Facts => {
            let question = question(arguments);
            tell(cargo, arguments, question)?
        }
        Asked::Check => {
            patch::apply();
            let as_build: Vec<OsString> = iter::once("build".into()).chain(arguments.iter().skip(1).cloned()).collect();
            let as_build = question(&as_build);
            replay::check(cargo, as_build)?
        }
        Asked::Other => return Err(cargo.exec().into()),
    };
    // The number by which cargo says that the compiler found errors.
    std::process::exit(status.code().unwrap_or(101));
}

/// Prints what cargo says to a question, and gives how that ended.
fn tell(mut cargo: Command, arguments: &[OsString], question: Option<Question>) -> Result<ExitStatus> {
    if let Some(answer) = question.as_ref().and_then(Question::answer) {
        print!("{answer}");
        return Ok(ExitStatus::default());
    }
    let output = cargo.stderr(Stdio::inherit()).output().context("starting cargo")?;
    let is_good = output.status.success();
    // Where it is not what was expected: as it is, it is right, too.
    let cut = if is_good { metadata::cut(&output.stdout, arguments) } else { None };
    let answer = cut.unwrap_or(output.stdout);
    if let (Some(question), true, Ok(answer)) = (question, is_good, str::from_utf8(&answer)) {
        // Without it, it is asked again.
        let _ = question.keep(answer);
    }
    std::io::stdout().write_all(&answer)?;
    Ok(output.status)
}

/// What cargo is asked to do.
enum Asked {
    Build,
    Check,
    /// To tell something, and change nothing.
    Facts,
    Other,
}

impl Asked {
    fn by(arguments: &[OsString]) -> Self {
        let words: Vec<&str> = arguments.iter().filter_map(|argument| argument.to_str()).collect();
        match words.as_slice() {
            ["build", ..] => Self::Build,
            ["check", ..] => Self::Check,
            ["metadata" | "locate-project" | "--version", ..] => Self::Facts,
            ["-Z", "unstable-options", "config", "get", ..] => Self::Facts,
            ["rustc", "-Z", "unstable-options", "--print", ..] => Self::Facts,
            _ => Self::Other,
        }
    }
}
