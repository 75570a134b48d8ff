//! The control channel, which is answered whatever the shell does.

use std::sync::Arc;
use std::time::Duration;

use jupyter_protocol::{InterruptReply, JupyterMessageContent, ReplyStatus, ShutdownReply};
use tokio::sync::Notify;

use super::super::abilities;
use super::super::interrupt::Stops;
use super::super::sockets::{Channel, Publisher};
use crate::config::KernelConfig;

/// Answers the control channel, until a client asks the kernel to shut down.
pub(super) async fn listen(
    config: KernelConfig,
    mut control: Channel,
    publisher: Publisher,
    stops: Stops,
    quit: Arc<Notify>,
    _readers: tokio::task::JoinSet<()>,
) {
    while let Some(request) = control.requests.recv().await {
        publisher.busy(&request).await;
        let mut ends = false;
        match &request.content {
            JupyterMessageContent::InterruptRequest(_) => {
                stops.ask();
                control.reply(&request, InterruptReply::new()).await;
            }
            JupyterMessageContent::ShutdownRequest(asked) => {
                let reply = ShutdownReply { restart: asked.restart, status: ReplyStatus::Ok, error: None };
                publisher.publish(&request, reply.clone()).await;
                control.reply(&request, reply).await;
                ends = true;
            }
            JupyterMessageContent::KernelInfoRequest(_) => {
                control.reply(&request, abilities::kernel_info(&config)).await
            }
            _ => {}
        }
        publisher.idle(&request).await;
        if ends {
            // The last messages are on their way in tasks of their own.
            tokio::time::sleep(Duration::from_millis(50)).await;
            quit.notify_one();
        }
    }
}
