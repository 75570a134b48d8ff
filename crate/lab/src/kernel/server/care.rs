//! The engine, from its start to its end and its next start.

use std::time::Duration;

use anyhow::Result;

use super::super::cell::{ENGINE_LOST, failed};
use super::super::engine_process::{Engine, Pipes};
use super::Server;
use crate::engine::messages::{Event, Failure, Reply, Request};

/// What the kernel waits for.
pub(super) enum Heard {
    Event(Event),
    Reply(Reply),
    /// The engine is gone.
    Lost,
}

impl Server<'_> {
    /// An event while no cell runs: of the prelude, or of a thread that a cell left running.
    pub(super) async fn take_idle(&mut self, event: Event) -> Result<()> {
        match event {
            Event::Started { process } => self.stops.set_runtime(process),
            Event::Done { answer } => self.pipes.answer(&answer).await?,
            event @ (Event::Text { .. } | Event::Display(_)) => {
                if let Some(cell) = &mut self.last {
                    cell.take(event).await;
                }
            }
            _ => {}
        }
        Ok(())
    }

    pub(super) async fn wait_until_ready(&mut self) -> Result<()> {
        while !self.ready {
            match hear(&mut self.pipes, &mut self.engine).await? {
                Heard::Event(event) => self.take_idle(event).await?,
                Heard::Reply(Reply::Ready { prelude }) => self.begin(prelude),
                Heard::Reply(_) => {}
                Heard::Lost => anyhow::bail!("the engine can't be started: what it said is above"),
            }
        }
        Ok(())
    }

    pub(super) fn begin(&mut self, prelude: Option<Failure>) {
        self.ready = true;
        self.has_prelude = prelude.is_none();
        if let Some(failure) = prelude {
            // The lesson's own first cell will say it where it is seen.
            eprintln!("tealight is not there yet: {}", failure.value);
        }
    }

    /// The engine is gone in the middle of a cell.
    pub(super) async fn lose_engine(&mut self) -> Result<Failure> {
        self.restart_engine().await?;
        let words = "the engine that compiles cells has ended, and every variable with it. It is started anew: run the cells from the top";
        Ok(Failure { lost: true, ..failed(ENGINE_LOST, words, None) })
    }

    pub(super) async fn restart_engine(&mut self) -> Result<()> {
        self.stops.end_processes();
        // A crash at the very start would repeat itself at once, for ever.
        tokio::time::sleep(Duration::from_millis(200)).await;
        self.engine = Engine::start(self.session, &self.pipes)?;
        self.stops.set_engine(self.engine.process());
        (self.ready, self.has_prelude) = (false, false);
        Ok(())
    }

    /// Asks the engine something that runs no cell. None where it is gone.
    pub(super) async fn ask(&mut self, request: Request) -> Result<Option<Reply>> {
        self.wait_until_ready().await?;
        if self.engine.ask(&request).await.is_ok() {
            loop {
                match hear(&mut self.pipes, &mut self.engine).await? {
                    Heard::Event(event) => self.take_idle(event).await?,
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
