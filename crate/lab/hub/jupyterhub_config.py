"""A hub that is not root: it starts each student's server by sudo, which lets it become a student and no one else.

JupyterHub runs this file and gives it `c`. What a class may want to change stands first.
"""

import grp
import os
from pathlib import Path

# What each process of a student may take, and how many cores a student's processes run on: see student.py.
c.Spawner.mem_limit = "2G"
c.Spawner.cpu_limit = 1

# The address that students open. Before it belongs something that speaks HTTPS, where the network is not the room's own.
c.JupyterHub.bind_url = "http://:8000"

# Whoever logs in first as student01 chooses the password of student01. For accounts that a school has already, there are
# other authenticators: https://jupyterhub.readthedocs.io/en/stable/reference/authenticators.html
c.JupyterHub.authenticator_class = "firstuseauthenticator.FirstUseAuthenticator"
c.FirstUseAuthenticator.create_users = False
c.Authenticator.allowed_users = set(grp.getgrnam("students").gr_mem)
c.Authenticator.admin_users = {"teacher"}

# A kernel that nobody has used for an hour ends, and a server without kernels half an hour after that.
IDLE_KERNEL = 3600
IDLE_SERVER = 1800

HOME = Path(__file__).resolve().parents[3]
PYTHON = HOME / ".tealight/python/bin"

c.JupyterHub.spawner_class = "sudospawner.SudoSpawner"
c.SudoSpawner.sudospawner_path = str(PYTHON / "sudospawner")
c.Spawner.notebook_dir = "~/tealight/notebooks"
c.Spawner.default_url = "/lab"
# On a machine where everybody opens the first notebook at once.
c.Spawner.start_timeout = c.Spawner.http_timeout = 180
c.Spawner.args = [
    # Sockets in a folder of the student's own: on a port, every user of the machine could listen to the outputs.
    "--KernelManager.transport=ipc",
    f"--MappingKernelManager.cull_idle_timeout={IDLE_KERNEL}",
    f"--ServerApp.shutdown_no_activity_timeout={IDLE_SERVER}",
]
c.Spawner.environment = {
    "JUPYTER_PATH": str(HOME / ".tealight/jupyter"),
    "CARGO_NET_OFFLINE": "true",
    # The compiler is the hub's own, which students can read and not change.
    "PATH": f"{PYTHON}:{os.environ['CARGO_HOME']}/bin:/usr/local/bin:/usr/bin:/bin",
    "CARGO_HOME": os.environ["CARGO_HOME"],
    "RUSTUP_HOME": os.environ["RUSTUP_HOME"],
}

# Passwords, cookies and the list of servers.
STATE = Path("/srv/hub")
c.FirstUseAuthenticator.dbm_path = str(STATE / "passwords.dbm")
c.JupyterHub.db_url = f"sqlite:///{STATE / 'hub.sqlite'}"
c.JupyterHub.cookie_secret_file = str(STATE / "cookie_secret")
c.ConfigurableHTTPProxy.pid_file = str(STATE / "proxy.pid")
