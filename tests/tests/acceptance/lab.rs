//! `tealight lab`: JupyterLab as the command starts it.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

/// Kills JupyterLab when the test ends, even if it panics.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn lab_serves_the_kernel_on_loopback_with_a_token() {
    let port = free_port();
    let mut lab = acceptance::tealight().unwrap();
    lab.args(["lab", "--no-browser", "--port", &port.to_string()]).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut server = Server(lab.spawn().unwrap());
    let stderr = server.0.stderr.take().unwrap();
    let (send, lines) = mpsc::channel();
    std::thread::spawn(move || {
        for line in BufReader::new(stderr).lines().map_while(Result::ok) {
            // The test may have finished reading.
            let _ = send.send(line);
        }
    });
    let mut printed = String::new();
    let address = loop {
        let line = lines.recv_timeout(Duration::from_secs(900)).unwrap_or_else(|_| panic!("no address:\n{printed}"));
        printed = printed + &line + "\n";
        if let Some(start) = line.find("http://127.0.0.1:") {
            break line[start..].trim().to_owned();
        }
    };
    let token = address.split_once("token=").unwrap_or_else(|| panic!("no token in {address}")).1;

    let specs = get(port, &format!("/api/kernelspecs?token={token}"));
    assert!(specs.starts_with("HTTP/1.1 200"), "{specs}");
    let body = specs.split_once("\r\n\r\n").unwrap().1;
    let specs: serde_json::Value = serde_json::from_str(body).unwrap();
    let spec = &specs["kernelspecs"]["rust"]["spec"];
    assert_eq!(spec["language"], "rust", "{specs}");
    assert!(spec["argv"][0].as_str().unwrap().ends_with("/tealight"), "{spec}");
    assert!(get(port, "/api/kernelspecs").starts_with("HTTP/1.1 403"), "the token is off");
    assert!(get(port, &format!("/api/contents?token={token}")).contains("01-dropout.ipynb"));
    // Exporters that need a browser are not offered.
    let exporters = get(port, &format!("/api/nbconvert?token={token}"));
    assert!(exporters.contains("\"html\"") && !exporters.contains("\"webpdf\""), "{exporters}");
    let program = get(port, &format!("/nbconvert/script/01-dropout.ipynb?token={token}"));
    assert!(program.starts_with("HTTP/1.1 200"), "{program}");
    for line in [
        "fn main() -> std::result::Result<(), Box<dyn std::error::Error>> {",
        "    // # 1 · Dropout: learning without memorizing",
        "    // :dep tealight = { path = \"../crate/tealight\" }",
        "    let (train_images, test_images) = mnist::load()?;",
        "    Ok(())",
    ] {
        assert!(program.lines().any(|found| found == line), "{line} is not in\n{program}");
    }
    let completer = get(port, &format!("/lab/api/settings/@jupyterlab/completer-extension:manager?token={token}"));
    let (_, settings) = completer.split_once("\r\n\r\n").unwrap();
    let settings: serde_json::Value = serde_json::from_str(settings).unwrap();
    assert_eq!(settings["schema"]["properties"]["providerTimeout"]["default"], 8000, "{settings}");

    let page = get(port, &format!("/lab?token={token}"));
    assert!(page.starts_with("HTTP/1.1 200") && page.contains("id=\"jupyter-config-data\""), "{page}");
}

fn free_port() -> u16 {
    std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port()
}

fn get(port: u16, path: &str) -> String {
    // The address is printed a moment before the server listens on it.
    let deadline = Instant::now() + Duration::from_secs(60);
    let mut connection = loop {
        match TcpStream::connect(("127.0.0.1", port)) {
            Ok(connection) => break connection,
            Err(error) if Instant::now() > deadline => panic!("port {port}: {error}"),
            Err(_) => std::thread::sleep(Duration::from_millis(100)),
        }
    };
    connection.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    write!(connection, "GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    connection.read_to_string(&mut answer).unwrap();
    answer
}
