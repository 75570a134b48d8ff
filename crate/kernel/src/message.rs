//! What a client says, out of the parts of a message.
//!
//! Read is only what the kernel answers to, and of that only what it looks at: JSON of any size that nobody asked for costs
//! no memory. Clients leave out what they don't need; then it is as Jupyter's protocol has it.

use jupyter_protocol::{
    CommId, CommInfoRequest, CommOpen, CompleteRequest, ExecuteRequest, Header, InputReply, InspectRequest,
    InterruptRequest, IsCompleteRequest, JupyterMessage, JupyterMessageContent, KernelInfoRequest, ShutdownRequest,
    UnknownMessage,
};
use jupyter_zmq_client::RawMessage;
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, from_slice};

/// The message in parts whose signature is right, where they are of one. What the kernel has no answer to has no content,
/// and so has what is not as the protocol has it.
pub fn of(raw: RawMessage) -> Option<JupyterMessage> {
    let [header, parent_header, metadata, content, ..] = &raw.jparts[..] else { return None };
    let header: Header = from_slice(header).ok()?;
    from_slice::<IgnoredAny>(metadata).ok()?;
    Some(JupyterMessage {
        content: content_of(&header.msg_type, content).or_else(|_| unknown(&header.msg_type, content)).ok()?,
        parent_header: from_slice(parent_header).ok(),
        metadata: Value::Object(Map::new()),
        buffers: Vec::new(),
        zmq_identities: raw.zmq_identities,
        header,
        channel: None,
    })
}

/// An `execute_request`. The values of expressions are not among what this kernel answers.
#[derive(Deserialize)]
#[serde(default)]
struct Execute {
    code: String,
    silent: bool,
    store_history: Option<bool>,
    allow_stdin: bool,
    stop_on_error: bool,
}

impl Default for Execute {
    fn default() -> Self {
        Self { code: String::new(), silent: false, store_history: None, allow_stdin: false, stop_on_error: true }
    }
}

/// A `complete_request` or an `inspect_request`.
#[derive(Deserialize)]
struct At {
    code: String,
    cursor_pos: usize,
}

/// A `history_request`.
#[derive(Deserialize, Serialize)]
struct History {
    hist_access_type: Option<String>,
    output: Option<bool>,
    session: Option<i64>,
    start: Option<i64>,
    stop: Option<i64>,
    n: Option<i64>,
    pattern: Option<String>,
    unique: Option<bool>,
}

#[derive(Deserialize)]
struct Open {
    comm_id: CommId,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Input {
    value: String,
}

fn content_of(msg_type: &str, json: &[u8]) -> serde_json::Result<JupyterMessageContent> {
    Ok(match msg_type {
        "execute_request" => {
            let Execute { code, silent, store_history, allow_stdin, stop_on_error } = from_slice(json)?;
            let store_history = store_history.unwrap_or(!silent);
            ExecuteRequest { code, silent, store_history, user_expressions: None, allow_stdin, stop_on_error }.into()
        }
        "complete_request" => {
            let At { code, cursor_pos } = from_slice(json)?;
            CompleteRequest { code, cursor_pos }.into()
        }
        "inspect_request" => {
            let At { code, cursor_pos } = from_slice(json)?;
            InspectRequest { code, cursor_pos, detail_level: None }.into()
        }
        "is_complete_request" => from_slice::<IsCompleteRequest>(json)?.into(),
        "history_request" => {
            let content = serde_json::to_value(from_slice::<History>(json)?)?;
            UnknownMessage { msg_type: msg_type.to_owned(), content }.into()
        }
        "comm_open" => {
            let Open { comm_id } = from_slice(json)?;
            CommOpen { comm_id, ..CommOpen::default() }.into()
        }
        "shutdown_request" => from_slice::<ShutdownRequest>(json)?.into(),
        "input_reply" => {
            let Input { value } = from_slice(json)?;
            InputReply { value, ..InputReply::default() }.into()
        }
        "kernel_info_request" => KernelInfoRequest {}.into(),
        "interrupt_request" => InterruptRequest {}.into(),
        "comm_info_request" => CommInfoRequest { target_name: None }.into(),
        _ => unknown(msg_type, json)?,
    })
}

/// Without its content, which has to be JSON all the same.
fn unknown(msg_type: &str, json: &[u8]) -> serde_json::Result<JupyterMessageContent> {
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
        of(RawMessage {
            zmq_identities: vec![],
            jparts: parts.map(|part| part.to_string().into_bytes().into()).to_vec(),
        })
    }

    #[test]
    fn what_a_client_leaves_out_is_as_the_protocol_has_it() {
        let Some(JupyterMessageContent::ExecuteRequest(cell)) =
            message("execute_request", &json!({"code": "1"})).map(|m| m.content)
        else {
            panic!("no request to execute")
        };
        assert!(!cell.silent && cell.store_history && !cell.allow_stdin && cell.stop_on_error);
        let silent = message("execute_request", &json!({"code": "1", "silent": true, "user_expressions": [[]]}));
        assert!(matches!(
            silent.map(|m| m.content),
            Some(JupyterMessageContent::ExecuteRequest(cell)) if cell.silent && !cell.store_history
        ));
        let history = message("history_request", &json!({"hist_access_type": "tail", "n": 3})).unwrap();
        let JupyterMessageContent::UnknownMessage(asked) = history.content else { panic!("of another type") };
        assert_eq!((&asked.content["n"], &asked.content["unique"]), (&json!(3), &Value::Null));
    }

    #[test]
    fn what_is_no_message_is_none_and_what_is_not_known_has_no_content() {
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
            assert!(of(RawMessage { zmq_identities: vec![], jparts }).is_none());
        }
    }
}
