//! After the setup, everything works without a network.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

use acceptance::{Notebook, root, tealight};

/// Returns the command in a network namespace with only a loopback device, or `None` if the user may not create one.
fn without_network() -> Option<Command> {
    const LOOPBACK: &str = "ip link set lo up && exec \"$@\"";
    let unshare = || {
        let mut unshare = Command::new("unshare");
        unshare.args(["--map-root-user", "--net", "sh", "-c", LOOPBACK, "sh"]);
        unshare
    };
    let is_allowed = unshare().arg("true").output().is_ok_and(|output| output.status.success());
    if !is_allowed {
        eprintln!("skipped: no network namespace can be created here (unshare --map-root-user --net, ip link)");
        return None;
    }
    let setup = tealight().unwrap().arg("setup").output().unwrap();
    assert!(setup.status.success(), "{}", String::from_utf8_lossy(&setup.stderr));
    let mut command = unshare();
    command.arg(tealight().unwrap().get_program());
    Some(command)
}

#[test]
fn notebooks_run_offline() {
    let Some(mut command) = without_network() else { return };
    let notebook = Notebook::with_tealight(&[
        "let there = std::net::TcpStream::connect(\"192.0.2.1:80\").map_err(|error| error.kind());\nprintln!(\"{there:?}\");",
        "let network = Sequential::new([4]).add(Dense::new(3));\nnetwork.build(1)?",
    ])
    .unwrap();
    let output = command.arg("run").arg(notebook.path()).output().unwrap();
    let run = notebook.read_run(output).unwrap();
    run.passed().unwrap();
    assert_eq!(run.text(1, "stdout"), "Err(NetworkUnreachable)\n");
    assert!(run.shown(2, "text/plain").concat().contains("Total params: 15"));
}

#[test]
fn lab_serves_its_page_offline() {
    let Some(mut command) = without_network() else { return };
    let mut lab = command.args(["lab", "--no-browser"]).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let mut printed = String::new();
    let mut lines = BufReader::new(lab.stderr.take().unwrap()).lines().map_while(Result::ok);
    let address = lines.find_map(|line| {
        printed = format!("{printed}{line}\n");
        line.find("http://127.0.0.1:").map(|start| line[start..].trim().to_owned())
    });
    // JupyterLab continues to print, and must not block.
    std::thread::spawn(move || lines.for_each(drop));
    let page = address.as_ref().map(|address| page_in_network_of(lab.id(), address));
    lab.kill().and_then(|()| lab.wait()).unwrap();
    let page = page.unwrap_or_else(|| panic!("no address:\n{printed}"));
    assert!(page.contains("id=\"jupyter-config-data\"") && page.contains("src=\"/static/lab/main."), "{page}");
}

/// Fetches the page at an address in the network namespace of this process.
fn page_in_network_of(process: u32, address: &str) -> String {
    // The address is printed a moment before the server listens on it.
    const GET: &str = "
import sys, time, urllib.request
for _ in range(300):
    try:
        print(urllib.request.urlopen(sys.argv[1], timeout=60).read().decode())
        break
    except urllib.error.URLError as error:
        if not isinstance(error.reason, ConnectionRefusedError):
            raise
        time.sleep(0.2)
";
    let mut get = Command::new("nsenter");
    get.args(["--target", &process.to_string(), "--user", "--net", "--preserve-credentials"]);
    get.arg(root().join(".tealight/python/bin/python")).args(["-c", GET, address]);
    let output = get.output().unwrap();
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}
