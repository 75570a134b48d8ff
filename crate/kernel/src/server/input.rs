//! Keyboard input of cells: the input box of the page.

use anyhow::Result;
use jupyter_protocol::{ExecuteRequest, InputReply, InputRequest, JupyterMessage};

use super::Server;
use notebook_engine::messages::Typed;

/// What the user types to end the input.
const END_OF_INPUT: [&str; 2] = ["^D", "\u{4}"];
/// The prompt of the second and later lines.
const NEXT_LINE_PROMPT: &str = "(^D ends the input) ";
const NO_KEYBOARD: &str = "This cell reads from the keyboard, and there is none here, so its input ends at once. \
    JupyterLab opens an input box. Elsewhere, write the value into the cell: `let line = \"text\";`\n";

/// A line of input that a cell requests.
pub(super) struct InputPrompt {
    /// The id of the answer.
    pub(super) answer: String,
    pub(super) prompt: String,
    pub(super) password: bool,
}

/// The keyboard input of one execution.
#[derive(Default)]
pub(super) struct InputState {
    /// The id of the answer that the open input box gives, if one is open.
    pub(super) pending: Option<String>,
    /// Whether the user has been warned that there is no keyboard.
    warned_no_keyboard: bool,
    /// How many lines the cell has requested.
    requested: usize,
}

impl Server<'_> {
    /// Asks the client for a line. If the client allows no input, the cell receives the end of its input.
    pub(super) async fn request_input(
        &mut self,
        request: &JupyterMessage,
        execute: &ExecuteRequest,
        input: &mut InputState,
        InputPrompt { answer, prompt, password }: InputPrompt,
    ) -> Result<()> {
        if self.interrupts.log().stop_requested {
            return self.pipes.send_input(&answer, &Typed::Stop).await;
        }
        if !execute.allow_stdin {
            if !std::mem::replace(&mut input.warned_no_keyboard, true)
                && let Some(cell) = &mut self.last_cell
            {
                cell.note_missing_keyboard();
                cell.print_stderr(NO_KEYBOARD).await;
            }
            return self.pipes.send_input(&answer, &Typed::End).await;
        }
        input.requested += 1;
        let prompt = if prompt.is_empty() && input.requested > 1 { NEXT_LINE_PROMPT.to_owned() } else { prompt };
        // Discard replies to the input box of an earlier cell that was stopped.
        while self.stdin.requests.try_recv().is_ok() {}
        self.stdin.reply(request, InputRequest { prompt, password }).await;
        input.pending = Some(answer);
        Ok(())
    }

    /// Passes on what the user typed into the input box.
    pub(super) async fn handle_input_reply(&mut self, reply: InputReply, input: &mut InputState) -> Result<()> {
        let Some(answer) = input.pending.take() else { return Ok(()) };
        let typed = if END_OF_INPUT.contains(&reply.value.trim()) { Typed::End } else { Typed::Line(reply.value) };
        self.pipes.send_input(&answer, &typed).await
    }
}
