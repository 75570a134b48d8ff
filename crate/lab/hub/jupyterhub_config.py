"""Configuration of a hub that does not run as root: it starts each student's server through sudo, as that student.

JupyterHub runs this file and provides `c`. The settings that a class may want to change come first.
"""

import grp
import os
from pathlib import Path

# The memory of each process of a student, and the number of cores for all of a student's processes: see singleuser.py.
c.Spawner.mem_limit = "2G"
c.Spawner.cpu_limit = 1

# The address that students open. On a network shared with others, put an HTTPS proxy in front of it.
c.JupyterHub.bind_url = "http://:8000"

# The first person to log in as student01 chooses the password of student01. To use a school's existing accounts, choose
# another authenticator: https://jupyterhub.readthedocs.io/en/stable/reference/authenticators.html
c.JupyterHub.authenticator_class = "firstuseauthenticator.FirstUseAuthenticator"
c.FirstUseAuthenticator.create_users = False
c.Authenticator.allowed_users = set(grp.getgrnam("students").gr_mem)
c.Authenticator.admin_users = {"teacher"}

# An idle kernel is shut down after an hour, and a server without kernels half an hour after that.
IDLE_KERNEL_SECONDS = 3600
IDLE_SERVER_SECONDS = 1800

INSTALLATION = Path(__file__).resolve().parents[3]
PYTHON = INSTALLATION / ".tealight/python/bin"

c.JupyterHub.spawner_class = "sudospawner.SudoSpawner"
c.SudoSpawner.sudospawner_path = str(PYTHON / "sudospawner")
c.Spawner.notebook_dir = "~/tealight/notebooks"
c.Spawner.default_url = "/lab"
# Generous, because a whole class may open the first notebook at once.
c.Spawner.start_timeout = c.Spawner.http_timeout = 180
c.Spawner.args = [
    # Uses sockets in a folder of the student: every user of the machine could read the outputs from a port.
    "--KernelManager.transport=ipc",
    f"--MappingKernelManager.cull_idle_timeout={IDLE_KERNEL_SECONDS}",
    f"--ServerApp.shutdown_no_activity_timeout={IDLE_SERVER_SECONDS}",
]
c.Spawner.environment = {
    "JUPYTER_PATH": str(INSTALLATION / ".tealight/jupyter"),
    "CARGO_NET_OFFLINE": "true",
    # The compiler belongs to the hub. Students can read it but not modify it.
    "PATH": f"{PYTHON}:{os.environ['CARGO_HOME']}/bin:/usr/local/bin:/usr/bin:/bin",
    "CARGO_HOME": os.environ["CARGO_HOME"],
    "RUSTUP_HOME": os.environ["RUSTUP_HOME"],
}

# Holds passwords, cookies and the list of servers.
STATE = Path("/srv/hub")
c.FirstUseAuthenticator.dbm_path = str(STATE / "passwords.dbm")
c.JupyterHub.db_url = f"sqlite:///{STATE / 'hub.sqlite'}"
c.JupyterHub.cookie_secret_file = str(STATE / "cookie_secret")
c.ConfigurableHTTPProxy.pid_file = str(STATE / "proxy.pid")
