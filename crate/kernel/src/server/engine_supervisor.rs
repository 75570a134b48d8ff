//! The life cycle of the engine process: start, readiness, loss and restart; and the events of the process that runs cells.

use std::time::Duration;

use anyhow::Result;

use super::Server;
use crate::engine_process::{EngineProcess, Pipes};
use crate::failure_report::{ENGINE_LOST, new_failure};
use notebook_engine::messages::{Event, Failure, Reply, Request, Typed};

/// How often in a row the engine may end before it is ready.
const MAX_FAILED_STARTS: u32 = 4;
/// The pause before a restart. It doubles after each failed start.
const RESTART_PAUSE: Duration = Duration::from_millis(200);

/// The next message that concerns cells.
pub(super) enum EngineMessage {
    Event(Event),
    Reply(Reply),
    /// The engine process has ended.
    Lost,
}

/// Waits for the next message. Events come before replies, so that a cell's output precedes its end.
pub(super) async fn next_message(pipes: &mut Pipes, engine: &mut EngineProcess) -> Result<EngineMessage> {
    tokio::select! {
        biased;
        event = pipes.next_event() => event.map(EngineMessage::Event),
        reply = engine.next_reply() => Ok(reply.map_or(EngineMessage::Lost, EngineMessage::Reply)),
    }
}

impl Server<'_> {
    /// Handles an event of the process that runs cells or of its supervisor. It may come from a thread that an earlier cell left
    /// running.
    pub(super) async fn handle_event(&mut self, event: Event) -> Result<()> {
        match &event {
            Event::Started { process } => {
                (self.running, self.runtime_end) = (0, None);
                self.interrupts.set_runtime(*process);
            }
            Event::Running => {
                self.running += 1;
                self.interrupts.begin_running();
            }
            Event::Ended { .. } => {
                self.running = 0;
                if !self.in_cell {
                    self.runtime_end = Some(event);
                    return Ok(());
                }
            }
            Event::Done { answer, .. } => {
                self.running = self.running.saturating_sub(1);
                self.interrupts.end_running();
                if let Some(answer) = answer {
                    self.pipes.send_answer(answer).await?;
                }
            }
            // A thread of a finished cell reads input. The user could not tell what it asks for.
            Event::Input { answer, .. } => self.pipes.send_input(answer, &Typed::End).await?,
            _ => {}
        }
        // Outside a cell only output is passed on. Code that the engine runs itself has no result and fails no cell.
        let is_output = matches!(event, Event::Text { .. } | Event::Display(_));
        if let Some(cell) = &mut self.last_cell
            && (self.in_cell || is_output)
        {
            cell.handle_event(event).await;
        }
        Ok(())
    }

    /// Waits until the engine accepts cells. Returns a failure if it never does. An engine that was given up on gets one more
    /// start: the user may have removed the cause.
    pub(super) async fn wait_until_ready(&mut self) -> Result<Option<Failure>> {
        if self.is_given_up() {
            self.start_engine()?;
        }
        while !self.ready {
            match next_message(&mut self.pipes, &mut self.engine).await? {
                EngineMessage::Event(event) => self.handle_event(event).await?,
                EngineMessage::Reply(Reply::Ready { prelude }) => self.engine_ready(prelude),
                EngineMessage::Reply(_) => {}
                EngineMessage::Lost => {
                    self.restart_engine().await?;
                    if self.is_given_up() {
                        return Ok(Some(new_failure(ENGINE_LOST, &self.start_failure_message(), None)));
                    }
                }
            }
        }
        Ok(None)
    }

    /// Notes that the engine is ready. `prelude` is the failure of the host library's prelude, if it failed.
    pub(super) fn engine_ready(&mut self, prelude: Option<Failure>) {
        tracing::debug!(prelude_failed = prelude.is_some(), "engine is ready");
        self.ready = true;
        self.failed_starts = 0;
        self.has_prelude = prelude.is_none();
        if let (Some(failure), Some(library)) = (prelude, &self.config.host.library) {
            // A notebook that uses the library reports it again in its own first cell, where the user sees it.
            eprintln!("{} is not available yet: {}", library.name, failure.value);
        }
    }

    /// Restarts an engine that was lost during a cell. Returns the failure of the cell.
    pub(super) async fn engine_lost(&mut self) -> Result<Failure> {
        self.restart_engine().await?;
        let message = "the engine, the process that compiles cells, ended, and all variables are lost. It has been restarted. Run the cells from the top";
        Ok(Failure { lost: true, ..new_failure(ENGINE_LOST, message, None) })
    }

    /// Restarts the engine after it has ended, unless it has failed to start too often.
    pub(super) async fn restart_engine(&mut self) -> Result<()> {
        self.interrupts.kill_processes();
        if !std::mem::take(&mut self.ready) {
            self.failed_starts += 1;
        }
        tracing::warn!(failed_starts = self.failed_starts, "engine has ended");
        if self.is_given_up() {
            return Ok(());
        }
        // The cause may be temporary, but rarely vanishes within an instant.
        tokio::time::sleep(RESTART_PAUSE * 2_u32.pow(self.failed_starts)).await;
        self.start_engine()
    }

    /// Returns whether the engine has failed to start so often that it is not restarted automatically.
    pub(super) fn is_given_up(&self) -> bool {
        self.failed_starts >= MAX_FAILED_STARTS
    }

    fn start_engine(&mut self) -> Result<()> {
        self.engine = EngineProcess::start(&self.config.host, self.session, &self.pipes)?;
        self.interrupts.set_engine(self.engine.id());
        tracing::debug!(process = self.engine.id(), "engine restarted");
        (self.ready, self.has_prelude, self.running, self.runtime_end) = (false, false, 0, None);
        Ok(())
    }

    /// Sends the engine a request that runs no cell, and waits for the reply. Returns `None` if the engine is lost.
    pub(super) async fn request(&mut self, request: Request) -> Result<Option<Reply>> {
        // Don't start a given-up engine for a completion request.
        if self.is_given_up() || self.wait_until_ready().await?.is_some() {
            return Ok(None);
        }
        if self.engine.send(&request).await.is_ok() {
            loop {
                match next_message(&mut self.pipes, &mut self.engine).await? {
                    EngineMessage::Event(event) => self.handle_event(event).await?,
                    EngineMessage::Reply(reply) => return Ok(Some(reply)),
                    EngineMessage::Lost => break,
                }
            }
        }
        self.restart_engine().await?;
        Ok(None)
    }

    fn start_failure_message(&self) -> String {
        let name = self.config.host.name;
        let doctor = self.config.doctor.map_or_else(String::new, |doctor| format!(" `{doctor}` checks what it needs."));
        format!(
            "the engine, the process that compiles cells, fails each time it starts. The terminal in which {name} was started \
             shows its messages. Is the disk or the memory full?{doctor} Then run the cell again, which starts the engine again"
        )
    }
}
