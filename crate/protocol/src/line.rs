//! A display as it stands in a line.
//!
//! It is read straight into what it becomes: what serde itself does for a tagged enum holds everything twice, and a line can
//! be long.

use serde::de::{Error, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::{Display, MOST_FORMS, Show};

#[derive(Deserialize)]
pub(crate) struct Line {
    r#do: Do,
    data: Option<Forms>,
    id: Option<String>,
    wait: Option<bool>,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Do {
    Show,
    Update,
    Clear,
}

struct Forms(Vec<(String, String)>);

impl TryFrom<Line> for Display {
    type Error = &'static str;

    fn try_from(Line { r#do, data, id, wait }: Line) -> Result<Self, Self::Error> {
        let show = || Ok(Show { data: data.ok_or("missing field `data`")?.0, id });
        Ok(match r#do {
            Do::Show => Self::Show(show()?),
            Do::Update => Self::Update(show()?),
            Do::Clear => Self::Clear { wait: wait.ok_or("missing field `wait`")? },
        })
    }
}

impl<'de> Deserialize<'de> for Forms {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(OfForms)
    }
}

struct OfForms;

impl<'de> Visitor<'de> for OfForms {
    type Value = Forms;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "a list of MIME types and contents")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut from: A) -> Result<Forms, A::Error> {
        let mut forms = Vec::new();
        while let Some(form) = from.next_element()? {
            if forms.len() == MOST_FORMS {
                return Err(A::Error::custom(format_args!("an output has at most {MOST_FORMS} forms")));
            }
            forms.push(form);
        }
        Ok(Forms(forms))
    }
}
