//! The control channel, which is answered independently of the shell channel.

use std::sync::Arc;
use std::time::Duration;

use jupyter_protocol::{InterruptReply, JupyterMessageContent, ReplyStatus, ShutdownReply};
use tokio::sync::Notify;

use crate::config::KernelConfig;
use crate::interrupt::InterruptController;
use crate::kernel_info::kernel_info;
use crate::sockets::{Channel, Publisher};

/// Answers the control channel until a client asks the kernel to shut down.
pub(super) async fn serve_control(
    config: KernelConfig,
    mut control: Channel,
    publisher: Publisher,
    interrupts: InterruptController,
    shutdown: Arc<Notify>,
    _readers: tokio::task::JoinSet<()>,
) {
    while let Some(request) = control.requests.recv().await {
        publisher.busy(&request).await;
        let mut shuts_down = false;
        match &request.content {
            JupyterMessageContent::InterruptRequest(_) => {
                interrupts.interrupt();
                control.reply(&request, InterruptReply::new()).await;
            }
            JupyterMessageContent::ShutdownRequest(content) => {
                let reply = ShutdownReply { restart: content.restart, status: ReplyStatus::Ok, error: None };
                publisher.publish(&request, reply.clone()).await;
                control.reply(&request, reply).await;
                shuts_down = true;
            }
            JupyterMessageContent::KernelInfoRequest(_) => control.reply(&request, kernel_info(&config)).await,
            _ => {}
        }
        publisher.idle(&request).await;
        if shuts_down {
            // Gives the tasks that send the last messages time to do so.
            tokio::time::sleep(Duration::from_millis(50)).await;
            shutdown.notify_one();
        }
    }
}
