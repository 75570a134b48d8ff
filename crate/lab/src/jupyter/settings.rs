//! The settings of JupyterLab. Changes in its settings editor are stored elsewhere and take precedence.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use crate::installation::Installation;

/// The name of the nbconvert template that exports a notebook as a Rust program; see [`exporters`].
const SCRIPT_TEMPLATE_NAME: &str = "rust-program";
const SCRIPT_TEMPLATE: &str = include_str!("script/script.j2");
const SCRIPT_SETTINGS: &str = include_str!("script/conf.json");
/// Makes long printed text scroll in a box.
const STYLE: &str = include_str!("custom.css");

/// Writes the settings.
pub(super) fn write(installation: &Installation) -> Result<()> {
    let config = installation.jupyter_data().join("config");
    write_json(&config.join("labconfig/page_config.json"), &page_config())?;
    write_json(&config.join("labconfig/default_setting_overrides.json"), &setting_overrides())?;
    write_json(&config.join("jupyter_server_config.json"), &exporters(is_installed))?;
    write_text(&config.join("custom/custom.css"), STYLE)?;
    let template = installation.jupyter_data().join("data/nbconvert/templates").join(SCRIPT_TEMPLATE_NAME);
    write_text(&template.join("script.j2"), SCRIPT_TEMPLATE)?;
    write_text(&template.join("conf.json"), SCRIPT_SETTINGS)
}

/// Disables the question about Jupyter's news, which needs the network and distracts from the first lesson, and the debugger,
/// which this kernel does not support.
fn page_config() -> Value {
    json!({
        "disabledExtensions": {
            "@jupyterlab/apputils-extension:announcements": true,
            "@jupyterlab/debugger-extension": true,
        }
    })
}

/// Raises the timeout of completions: the first ones of a new kernel take longer than JupyterLab's default of one second.
fn setting_overrides() -> Value {
    json!({
        "@jupyterlab/completer-extension:manager": { "providerTimeout": 8000, "showDocumentationPanel": true },
    })
}

/// Configures the entries of *Save and Export Notebook As*. Entries whose program is not installed are disabled, because they would
/// lead to an error page.
fn exporters(is_installed: impl Fn(&str) -> bool) -> Value {
    let mut config = json!({
        "LabApp": { "custom_css": true },
        "ScriptExporter": { "template_name": SCRIPT_TEMPLATE_NAME },
        // These start a separate browser, which is not installed.
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
        fs::create_dir_all(folder).with_context(|| format!("creating {}", folder.display()))?;
    }
    fs::write(path, content).with_context(|| format!("writing {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exporters_without_their_program_are_disabled() {
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
    fn settings_are_restored_if_changed() {
        let folder = tempfile::tempdir().unwrap();
        let installation = Installation::at(folder.path().to_path_buf(), true).unwrap();
        let page = installation.jupyter_data().join("config/labconfig/page_config.json");
        for _ in 0..2 {
            write(&installation).unwrap();
            let written: Value = serde_json::from_str(&fs::read_to_string(&page).unwrap()).unwrap();
            assert_eq!(written["disabledExtensions"]["@jupyterlab/apputils-extension:announcements"], true);
            fs::write(&page, "{}").unwrap();
        }
        assert!(installation.jupyter_data().join("data/nbconvert/templates/rust-program/script.j2").is_file());
    }
}
