//! The JSON of a display message.
//!
//! It is deserialized directly into its final form. serde's own implementation for a tagged enum buffers the whole content,
//! and a line can be very long.

use serde::de::{Error, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::{DisplayMessage, MAX_MIME_TYPES, Output};

#[derive(Deserialize)]
pub(crate) struct WireMessage {
    r#do: Action,
    data: Option<MimeBundle>,
    id: Option<String>,
    wait: Option<bool>,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Action {
    Show,
    Update,
    Clear,
}

struct MimeBundle(Vec<(String, String)>);

impl TryFrom<WireMessage> for DisplayMessage {
    type Error = &'static str;

    fn try_from(WireMessage { r#do, data, id, wait }: WireMessage) -> Result<Self, Self::Error> {
        let output = || Ok(Output { data: data.ok_or("missing field `data`")?.0, id });
        Ok(match r#do {
            Action::Show => Self::Show(output()?),
            Action::Update => Self::Update(output()?),
            Action::Clear => Self::Clear { wait: wait.ok_or("missing field `wait`")? },
        })
    }
}

impl<'de> Deserialize<'de> for MimeBundle {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(MimeBundleVisitor)
    }
}

struct MimeBundleVisitor;

impl<'de> Visitor<'de> for MimeBundleVisitor {
    type Value = MimeBundle;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "a list of pairs of MIME type and content")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<MimeBundle, A::Error> {
        let mut mime_bundle = Vec::new();
        while let Some(pair) = seq.next_element()? {
            if mime_bundle.len() == MAX_MIME_TYPES {
                return Err(A::Error::custom(format_args!("an output has at most {MAX_MIME_TYPES} MIME types")));
            }
            mime_bundle.push(pair);
        }
        Ok(MimeBundle(mime_bundle))
    }
}
