//! The kernel's parsers of client messages and of the cells in them.

use jupyter_zmq_client::RawMessage;
use notebook_kernel::{completeness as cell_completeness, message as messages};
use ring::hmac::{HMAC_SHA256, Key, sign};
use zeromq::ZmqMessage;

/// The byte between the parts of a message in an input. It does not occur in JSON.
const SEPARATOR: u8 = 0xff;

/// The size of `bytes::Bytes`.
const HANDLE_BYTES: usize = 32;

/// Reads the parts of a message with and without a signature check, and signed with the correct key.
pub(crate) fn message(input: &[u8]) -> usize {
    let parts: Vec<&[u8]> = input.split(|&byte| byte == SEPARATOR).collect();
    let key = Key::new(HMAC_SHA256, b"a key");
    let tag = sign(&key, &parts[..parts.len().min(4)].concat());
    let tag: String = tag.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    let before: [&[u8]; 3] = [b"client", b"<IDS|MSG>", tag.as_bytes()];
    let signed = [&before, &parts[..]].concat();
    let key = Some(key);
    read(&parts, &key);
    read(&parts, &None);
    read(&signed, &key);
    // zeromq allocates a handle for each part.
    input.len() + HANDLE_BYTES * parts.len()
}

fn read(parts: &[&[u8]], key: &Option<Key>) {
    let Some((first, others)) = parts.split_first() else { return };
    let mut parts = ZmqMessage::from(first.to_vec());
    others.iter().for_each(|part| parts.push_back(part.to_vec().into()));
    drop(RawMessage::from_multipart(parts, key).ok().and_then(messages::parse));
}

/// Checks the completeness of the code of a cell.
pub(crate) fn completeness(input: &[u8]) -> usize {
    if let Ok(code) = std::str::from_utf8(input) {
        drop(cell_completeness::check(code));
    }
    input.len()
}
