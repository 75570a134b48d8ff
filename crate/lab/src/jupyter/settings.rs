//! How JupyterLab is set up for tealight's notebooks. What users change in its settings editor is kept elsewhere and goes first.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use crate::home::Home;

/// The nbconvert template that makes a Rust program of a notebook; see [`exporters`].
const SCRIPT: &str = "rust-program";
const SCRIPT_TEMPLATE: &str = include_str!("script/script.j2");
const SCRIPT_SETTINGS: &str = include_str!("script/conf.json");
/// Printed text of more lines than a screen has scrolls in a box of its own.
const STYLE: &str = include_str!("custom.css");

/// Writes the settings.
pub(super) fn write(home: &Home) -> Result<()> {
    let config = home.jupyter_data().join("config");
    write_json(&config.join("labconfig/page_config.json"), &page())?;
    write_json(&config.join("labconfig/default_setting_overrides.json"), &overrides())?;
    write_json(&config.join("jupyter_server_config.json"), &exporters(is_installed))?;
    write_text(&config.join("custom/custom.css"), STYLE)?;
    let template = home.jupyter_data().join("data/nbconvert/templates").join(SCRIPT);
    write_text(&template.join("script.j2"), SCRIPT_TEMPLATE)?;
    write_text(&template.join("conf.json"), SCRIPT_SETTINGS)
}

/// What the page does without: the question about Jupyter's news, which needs the network and comes in the way of a first
/// lesson, and the debugger, which this kernel does not have.
fn page() -> Value {
    json!({
        "disabledExtensions": {
            "@jupyterlab/apputils-extension:announcements": true,
            "@jupyterlab/debugger-extension": true,
        }
    })
}

/// A kernel that has just started needs longer for its first completions than the second that JupyterLab waits.
fn overrides() -> Value {
    json!({
        "@jupyterlab/completer-extension:manager": { "providerTimeout": 8000, "showDocumentationPanel": true },
    })
}

/// What *Save and Export Notebook As* offers. An entry whose program is not installed would lead to an error page.
fn exporters(is_installed: impl Fn(&str) -> bool) -> Value {
    let mut config = json!({
        "LabApp": { "custom_css": true },
        "ScriptExporter": { "template_name": SCRIPT },
        // Both start a browser of their own, which nothing here installs.
        "WebPDFExporter": { "enabled": false },
        "QtPDFExporter": { "enabled": false },
        "QtPNGExporter": { "enabled": false },
    });
    let has_pandoc = is_installed("pandoc");
    for exporter in ["ASCIIDocExporter", "LatexExporter", "RSTExporter"] {
        config[exporter] = json!({ "enabled": has_pandoc });
    }
    config["PDFExporter"] = json!({ "enabled": has_pandoc && is_installed("xelatex") });
    config
}

fn is_installed(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

fn write_json(path: &Path, content: &Value) -> Result<()> {
    write_text(path, &serde_json::to_string_pretty(content)?)
}

fn write_text(path: &Path, content: &str) -> Result<()> {
    if fs::read_to_string(path).is_ok_and(|before| before == content) {
        return Ok(());
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
    }
    fs::write(path, content).with_context(|| format!("writing {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exporters_are_offered_where_their_programs_are_installed() {
        let config = exporters(|program| program == "pandoc");
        assert_eq!(
            (&config["LatexExporter"]["enabled"], &config["PDFExporter"]["enabled"]),
            (&json!(true), &json!(false))
        );
        assert_eq!(exporters(|_| true)["PDFExporter"]["enabled"], true);
        let config = exporters(|_| false);
        for exporter in ["ASCIIDocExporter", "LatexExporter", "PDFExporter", "RSTExporter", "WebPDFExporter"] {
            assert_eq!(config[exporter]["enabled"], false, "{exporter}");
        }
    }

    #[test]
    fn the_settings_are_written_and_written_again() {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::at(folder.path().to_path_buf(), true).unwrap();
        let page = home.jupyter_data().join("config/labconfig/page_config.json");
        for _ in 0..2 {
            write(&home).unwrap();
            let written: Value = serde_json::from_str(&fs::read_to_string(&page).unwrap()).unwrap();
            assert_eq!(written["disabledExtensions"]["@jupyterlab/apputils-extension:announcements"], true);
            fs::write(&page, "{}").unwrap();
        }
        assert!(home.jupyter_data().join("data/nbconvert/templates/rust-program/script.j2").is_file());
    }
}
