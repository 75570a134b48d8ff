//! After setting up, everything works without a network.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

use acceptance::{Notebook, tealight};

/// The command in a network of its own, in which there is nothing but this machine; none where a user may not make one.
fn without_network() -> Option<Command> {
    const LOOPBACK: &str = "ip link set lo up && exec \"$@\"";
    let unshare = || {
        let mut unshare = Command::new("unshare");
        unshare.args(["--map-root-user", "--net", "sh", "-c", LOOPBACK, "sh"]);
        unshare
    };
    let can = unshare().arg("true").output().is_ok_and(|output| output.status.success());
    if !can {
        eprintln!("not tested: no network of one's own can be made here (unshare --map-root-user --net, ip link)");
        return None;
    }
    let setup = tealight().unwrap().arg("setup").output().unwrap();
    assert!(setup.status.success(), "{}", String::from_utf8_lossy(&setup.stderr));
    let mut command = unshare();
    command.arg(tealight().unwrap().get_program());
    Some(command)
}

#[test]
fn notebooks_run_without_a_network() {
    let Some(mut command) = without_network() else { return };
    let notebook = Notebook::with_tealight(&[
        "let there = std::net::TcpStream::connect(\"192.0.2.1:80\").map_err(|error| error.kind());\nprintln!(\"{there:?}\");",
        "let network = Sequential::new([4]).add(Dense::new(3));\nnetwork.build(1)?",
    ])
    .unwrap();
    let output = command.arg("run").arg(notebook.path()).output().unwrap();
    let run = notebook.ran(output).unwrap();
    run.passed().unwrap();
    assert_eq!(run.text(1, "stdout"), "Err(NetworkUnreachable)\n");
    assert!(run.shown(2, "text/plain").concat().contains("Total params: 15"));
}

#[test]
fn the_lab_starts_without_a_network() {
    let Some(mut command) = without_network() else { return };
    let mut lab = command.args(["lab", "--no-browser"]).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let mut said = String::new();
    let lines = BufReader::new(lab.stderr.take().unwrap()).lines().map_while(Result::ok);
    let serves = lines.inspect(|line| said = format!("{said}{line}\n")).any(|line| line.contains("http://127.0.0.1:"));
    lab.kill().and_then(|()| lab.wait()).unwrap();
    assert!(serves, "{said}");
}
