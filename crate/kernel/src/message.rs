//! Parsing of the messages of clients.
//!
//! Only messages that the kernel answers are parsed, and of those only the fields that it uses, so that other JSON of any size
//! takes no memory. Fields that a client leaves out have the defaults of Jupyter's protocol.

use jupyter_protocol::{
    CommId, CommInfoRequest, CommOpen, CompleteRequest, ExecuteRequest, Header, InputReply, InspectRequest,
    InterruptRequest, IsCompleteRequest, JupyterMessage, JupyterMessageContent, KernelInfoRequest, ShutdownRequest,
    UnknownMessage,
};
use jupyter_zmq_client::RawMessage;
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, from_slice};

/// Parses the parts of a message whose signature is valid. Returns `None` if they are not a message. A message that the kernel
/// does not answer, or whose content is not valid, has no content.
pub fn parse(raw: RawMessage) -> Option<JupyterMessage> {
    let [header, parent_header, metadata, content, ..] = &raw.jparts[..] else { return None };
    let header: Header = from_slice(header).ok()?;
    from_slice::<IgnoredAny>(metadata).ok()?;
    Some(JupyterMessage {
        content: parse_content(&header.msg_type, content)
            .or_else(|_| without_content(&header.msg_type, content))
            .ok()?,
        parent_header: from_slice(parent_header).ok(),
        metadata: Value::Object(Map::new()),
        buffers: Vec::new(),
        zmq_identities: raw.zmq_identities,
        header,
        channel: None,
    })
}

/// The content of an `execute_request`. This kernel does not evaluate user expressions.
#[derive(Deserialize)]
#[serde(default)]
struct ExecuteContent {
    code: String,
    silent: bool,
    store_history: Option<bool>,
    allow_stdin: bool,
    stop_on_error: bool,
}

impl Default for ExecuteContent {
    fn default() -> Self {
        Self { code: String::new(), silent: false, store_history: None, allow_stdin: false, stop_on_error: true }
    }
}

/// The content of a `complete_request` or an `inspect_request`.
#[derive(Deserialize)]
struct CursorContent {
    code: String,
    cursor_pos: usize,
}

/// The content of a `history_request`.
#[derive(Deserialize, Serialize)]
struct HistoryContent {
    hist_access_type: Option<String>,
    output: Option<bool>,
    session: Option<i64>,
    start: Option<i64>,
    stop: Option<i64>,
    n: Option<i64>,
    pattern: Option<String>,
    unique: Option<bool>,
}

/// The content of a `comm_open`.
#[derive(Deserialize)]
struct CommOpenContent {
    comm_id: CommId,
}

/// The content of an `input_reply`.
#[derive(Default, Deserialize)]
#[serde(default)]
struct InputReplyContent {
    value: String,
}

fn parse_content(msg_type: &str, json: &[u8]) -> serde_json::Result<JupyterMessageContent> {
    Ok(match msg_type {
        "execute_request" => {
            let ExecuteContent { code, silent, store_history, allow_stdin, stop_on_error } = from_slice(json)?;
            let store_history = store_history.unwrap_or(!silent);
            ExecuteRequest { code, silent, store_history, user_expressions: None, allow_stdin, stop_on_error }.into()
        }
        "complete_request" => {
            let CursorContent { code, cursor_pos } = from_slice(json)?;
            CompleteRequest { code, cursor_pos }.into()
        }
        "inspect_request" => {
            let CursorContent { code, cursor_pos } = from_slice(json)?;
            InspectRequest { code, cursor_pos, detail_level: None }.into()
        }
        "is_complete_request" => from_slice::<IsCompleteRequest>(json)?.into(),
        "history_request" => {
            let content = serde_json::to_value(from_slice::<HistoryContent>(json)?)?;
            UnknownMessage { msg_type: msg_type.to_owned(), content }.into()
        }
        "comm_open" => {
            let CommOpenContent { comm_id } = from_slice(json)?;
            CommOpen { comm_id, ..CommOpen::default() }.into()
        }
        "shutdown_request" => from_slice::<ShutdownRequest>(json)?.into(),
        "input_reply" => {
            let InputReplyContent { value } = from_slice(json)?;
            InputReply { value, ..InputReply::default() }.into()
        }
        "kernel_info_request" => KernelInfoRequest {}.into(),
        "interrupt_request" => InterruptRequest {}.into(),
        "comm_info_request" => CommInfoRequest { target_name: None }.into(),
        _ => without_content(msg_type, json)?,
    })
}

/// Returns a message without its content, which must be valid JSON.
fn without_content(msg_type: &str, json: &[u8]) -> serde_json::Result<JupyterMessageContent> {
    from_slice::<IgnoredAny>(json)?;
    Ok(UnknownMessage { msg_type: msg_type.to_owned(), content: Value::Null }.into())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn message(msg_type: &str, content: &Value) -> Option<JupyterMessage> {
        let header = json!({"msg_id": "1", "username": "", "session": "s", "msg_type": msg_type, "version": "5.3"});
        let parts = [&header, &json!({}), &json!({"deletedCells": []}), content];
        parse(RawMessage {
            zmq_identities: vec![],
            jparts: parts.map(|part| part.to_string().into_bytes().into()).to_vec(),
        })
    }

    #[test]
    fn missing_fields_have_the_defaults_of_the_protocol() {
        let Some(JupyterMessageContent::ExecuteRequest(cell)) =
            message("execute_request", &json!({"code": "1"})).map(|m| m.content)
        else {
            panic!("not an execute request")
        };
        assert!(!cell.silent && cell.store_history && !cell.allow_stdin && cell.stop_on_error);
        let silent = message("execute_request", &json!({"code": "1", "silent": true, "user_expressions": [[]]}));
        assert!(matches!(
            silent.map(|m| m.content),
            Some(JupyterMessageContent::ExecuteRequest(cell)) if cell.silent && !cell.store_history
        ));
        let history = message("history_request", &json!({"hist_access_type": "tail", "n": 3})).unwrap();
        let JupyterMessageContent::UnknownMessage(parsed) = history.content else { panic!("another type") };
        assert_eq!((&parsed.content["n"], &parsed.content["unique"]), (&json!(3), &Value::Null));
    }

    #[test]
    fn invalid_messages_are_none_and_unknown_ones_empty() {
        for (msg_type, content) in [
            ("comm_msg", json!({"data": [0, 0, 0]})),
            ("complete_request", json!({"code": 1})),
            ("execute_request", json!(null)),
        ] {
            let content = message(msg_type, &content).map(|message| message.content);
            let Some(JupyterMessageContent::UnknownMessage(unknown)) = content else {
                panic!("{msg_type}: {content:?}")
            };
            assert_eq!((unknown.msg_type.as_str(), unknown.content), (msg_type, Value::Null));
        }
        let parts = ["{}", "{}", "{}", "{}"].map(|part| part.as_bytes().into());
        for jparts in [vec![], parts.to_vec()] {
            assert!(parse(RawMessage { zmq_identities: vec![], jparts }).is_none());
        }
    }
}
