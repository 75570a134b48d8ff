//! A cell that reads from the keyboard: the input box of the page.

use anyhow::Result;
use jupyter_protocol::{ExecuteRequest, InputRequest, JupyterMessage, JupyterMessageContent};

use super::Server;
use super::execution::Run;
use notebook_engine::messages::Typed;

/// What is typed where there is nothing more to type.
const END: [&str; 2] = ["^D", "\u{4}"];
/// How the box asks for a further line.
const FURTHER: &str = "(^D ends the input) ";
const NO_KEYBOARD: &str = "This cell reads from the keyboard, and there is none here: it gets the end of the input. In \
    JupyterLab an input box opens. Elsewhere, write the value into the cell: `let line = \"text\";`\n";

/// What a cell asks for.
pub(super) struct Question {
    /// The name of the answer.
    pub(super) answer: String,
    pub(super) prompt: String,
    pub(super) password: bool,
}

impl Server<'_> {
    /// Asks the client for a line. Where there is nobody to type one, the input is at its end.
    pub(super) async fn ask_for_input(
        &mut self,
        request: &JupyterMessage,
        execute: &ExecuteRequest,
        run: &mut Run,
        question: Question,
    ) -> Result<()> {
        if self.stops.pressed().library {
            return self.pipes.give(&question.answer, &Typed::Stop).await;
        }
        if !execute.allow_stdin {
            if !std::mem::replace(&mut run.has_no_keyboard, true)
                && let Some(cell) = &mut self.last
            {
                cell.has_no_keyboard();
                cell.say(NO_KEYBOARD).await;
            }
            return self.pipes.give(&question.answer, &Typed::End).await;
        }
        run.inputs += 1;
        let prompt = if question.prompt.is_empty() && run.inputs > 1 { FURTHER.to_owned() } else { question.prompt };
        // What was typed for a cell that was stopped is not for this one.
        while self.stdin.requests.try_recv().is_ok() {}
        self.stdin.reply(request, InputRequest { prompt, password: question.password }).await;
        run.input = Some(question.answer);
        Ok(())
    }

    /// What comes from the input box.
    pub(super) async fn take_typed(&mut self, typed: JupyterMessage, input: &mut Option<String>) -> Result<()> {
        let JupyterMessageContent::InputReply(reply) = typed.content else { return Ok(()) };
        let Some(answer) = input.take() else { return Ok(()) };
        let typed = if END.contains(&reply.value.trim()) { Typed::End } else { Typed::Line(reply.value) };
        self.pipes.give(&answer, &typed).await
    }
}
