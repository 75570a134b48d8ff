//! JupyterLab: its Python environment, the kernel spec, its settings, and its start.

pub(crate) mod kernelspec;
pub(crate) mod python;
pub(crate) mod server;
mod settings;
