//! What the kernel says of itself.

use jupyter_protocol::JupyterMessageContent;
use serde_json::json;

use crate::config::KernelConfig;

/// The version of Jupyter's protocol that is spoken.
const PROTOCOL: &str = "5.3";

/// The reply to a client that asks who is there.
pub(super) fn kernel_info(config: &KernelConfig) -> JupyterMessageContent {
    let content = json!({
        "status": "ok",
        "protocol_version": PROTOCOL,
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
