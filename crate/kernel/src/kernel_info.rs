//! The reply to `kernel_info_request`.

use jupyter_protocol::JupyterMessageContent;
use serde_json::json;

use crate::config::KernelConfig;

/// The version of Jupyter's messaging protocol.
const PROTOCOL_VERSION: &str = "5.3";

/// Returns the reply that describes the kernel and its language.
pub(super) fn kernel_info(config: &KernelConfig) -> JupyterMessageContent {
    let content = json!({
        "status": "ok",
        "protocol_version": PROTOCOL_VERSION,
        "implementation": config.host.name,
        "implementation_version": config.version,
        "language_info": {
            "name": "Rust",
            "version": "",
            "mimetype": "text/rust",
            "file_extension": ".rs",
            "pygments_lexer": "rust",
            "codemirror_mode": "rust",
        },
        "banner": config.banner,
        "help_links": [
            {"text": "The Rust book", "url": "https://doc.rust-lang.org/stable/book/"},
            {"text": "Rust's standard library", "url": "https://doc.rust-lang.org/stable/std/"},
        ],
        "debugger": false,
    });
    jupyter_protocol::UnknownMessage { msg_type: "kernel_info_reply".to_owned(), content }.into()
}
