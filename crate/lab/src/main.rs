//! The `tealight` command.

fn main() -> anyhow::Result<()> {
    evcxr_jupyter::main()
}
