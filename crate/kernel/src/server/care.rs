//! The engine, from its start to its end and its next start.

use std::time::Duration;

use anyhow::Result;

use super::super::cell::{ENGINE_LOST, failed};
use super::super::engine_process::{Engine, Pipes};
use super::Server;
use notebook_engine::messages::{Event, Failure, Reply, Request, Typed};

/// So many times in a row the engine may end before it takes cells.
const MOST_STARTS: u32 = 4;
/// The pause before a new start; each that comes to nothing doubles it.
const PAUSE: Duration = Duration::from_millis(200);

const NO_ENGINE: &str = "the engine, the process that compiles cells, fails each time it starts. The window in which \
    tealight was started shows its messages. Is the disk full, or the memory? `cargo run --release -- doctor` checks what \
    it needs. Then run the cell again, which starts the engine again";

/// What the kernel waits for.
pub(super) enum Heard {
    Event(Event),
    Reply(Reply),
    /// The engine is gone.
    Lost,
}

impl Server<'_> {
    /// What the process that runs cells, or its keeper, has to say: also of a thread that a cell left running.
    pub(super) async fn take(&mut self, event: Event) -> Result<()> {
        match &event {
            Event::Started { process } => {
                (self.running, self.gone) = (0, None);
                self.stops.set_runtime(*process);
            }
            Event::Running => {
                self.running += 1;
                self.stops.run();
            }
            Event::Ended { .. } => {
                self.running = 0;
                if !self.in_cell {
                    self.gone = Some(event);
                    return Ok(());
                }
            }
            Event::Done { answer, .. } => {
                self.running = self.running.saturating_sub(1);
                self.stops.ran();
                if let Some(answer) = answer {
                    self.pipes.answer(answer).await?;
                }
            }
            // A thread of a cell that has ended: nobody would know what it asks for.
            Event::Input { answer, .. } => self.pipes.give(answer, &Typed::End).await?,
            _ => {}
        }
        // What is no cell's, such as the engine's own first code, has no value to show and does not fail a cell.
        let is_output = matches!(event, Event::Text { .. } | Event::Display(_));
        if let Some(cell) = &mut self.last
            && (self.in_cell || is_output)
        {
            cell.take(event).await;
        }
        Ok(())
    }

    /// Waits until the engine takes cells; the failure says that it never does. Where it was given up, it is tried once
    /// more: what was in its way may be gone.
    pub(super) async fn wait_until_ready(&mut self) -> Result<Option<Failure>> {
        if self.is_given_up() {
            self.start_engine()?;
        }
        while !self.ready {
            match hear(&mut self.pipes, &mut self.engine).await? {
                Heard::Event(event) => self.take(event).await?,
                Heard::Reply(Reply::Ready { prelude }) => self.begin(prelude),
                Heard::Reply(_) => {}
                Heard::Lost => {
                    self.restart_engine().await?;
                    if self.is_given_up() {
                        return Ok(Some(failed(ENGINE_LOST, NO_ENGINE, None)));
                    }
                }
            }
        }
        Ok(None)
    }

    pub(super) fn begin(&mut self, prelude: Option<Failure>) {
        self.ready = true;
        self.failed_starts = 0;
        self.has_prelude = prelude.is_none();
        if let Some(failure) = prelude {
            // The lesson's own first cell will say it where it is seen.
            eprintln!("tealight is not there yet: {}", failure.value);
        }
    }

    /// The engine is gone in the middle of a cell.
    pub(super) async fn lose_engine(&mut self) -> Result<Failure> {
        self.restart_engine().await?;
        let words = "the engine, the process that compiles cells, ended, and all variables are lost. It has been started again. Run the cells from the top";
        Ok(Failure { lost: true, ..failed(ENGINE_LOST, words, None) })
    }

    /// Starts the engine anew after it has ended, unless it has ended at its start too often.
    pub(super) async fn restart_engine(&mut self) -> Result<()> {
        self.stops.end_processes();
        if !std::mem::take(&mut self.ready) {
            self.failed_starts += 1;
        }
        if self.is_given_up() {
            return Ok(());
        }
        // What has ended it may pass, and would not within a moment.
        tokio::time::sleep(PAUSE * 2_u32.pow(self.failed_starts)).await;
        self.start_engine()
    }

    /// Whether the engine has ended so often at its start that it isn't started again by itself.
    pub(super) fn is_given_up(&self) -> bool {
        self.failed_starts >= MOST_STARTS
    }

    fn start_engine(&mut self) -> Result<()> {
        self.engine = Engine::start(&self.config.host, self.session, &self.pipes)?;
        self.stops.set_engine(self.engine.process());
        (self.ready, self.has_prelude, self.running, self.gone) = (false, false, 0, None);
        Ok(())
    }

    /// Asks the engine something that runs no cell. None where it is gone.
    pub(super) async fn ask(&mut self, request: Request) -> Result<Option<Reply>> {
        // Nobody waits for a completion as for a cell: it is no reason to try again.
        if self.is_given_up() || self.wait_until_ready().await?.is_some() {
            return Ok(None);
        }
        if self.engine.ask(&request).await.is_ok() {
            loop {
                match hear(&mut self.pipes, &mut self.engine).await? {
                    Heard::Event(event) => self.take(event).await?,
                    Heard::Reply(reply) => return Ok(Some(reply)),
                    Heard::Lost => break,
                }
            }
        }
        self.restart_engine().await?;
        Ok(None)
    }
}

/// Waits for the next thing that concerns the cells. What they have shown comes before how they ended.
pub(super) async fn hear(pipes: &mut Pipes, engine: &mut Engine) -> Result<Heard> {
    tokio::select! {
        biased;
        event = pipes.event() => event.map(Heard::Event),
        reply = engine.reply() => Ok(reply.map_or(Heard::Lost, Heard::Reply)),
    }
}
