# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A PostgreSQL server: the user's own, or a private one for development.

The user's is named by the usual ``PG*`` variables. The private one listens on a socket
in a closed folder and nowhere else, so it needs no password; it comes from the
machine's binaries, else from a Python wheel. It runs while somebody uses it: each user
is written down, and the last to leave stops it.
"""

import contextlib
import json
import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path

from devtools import cache, postgres_binaries, processes, say
from devtools.sql import Connection

ROLE = "odoo"  # Odoo refuses to work as `postgres`
#: set in the environment of a suite that runs beside others
BESIDE = "PSYNAMICA_BESIDE"

_SUPERUSER = "postgres"
# Where root's server keeps its data: survives a restart, open to other accounts.
_SHARED = "/var/tmp"  # noqa: S108 (the folder in it gets a random name)
_PORT = 5432  # only names the socket; the private server opens no TCP port

# A kernel limit: sun_path in unix(7) holds 108 bytes, the last one zero.
_LONGEST_SOCKET_PATH = 107

_SETTINGS = {
    "listen_addresses": "",
    "max_connections": "200",
    "shared_buffers": "256MB",
    # Data that `./dev` can make again: speed before surviving a power cut.
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_parallel_workers_per_gather": "0",
}


@contextlib.contextmanager
def available(python):
    """A server to use inside the ``with``; gives the :class:`~devtools.sql.Connection`.

    *python* is the virtual environment's interpreter.

    :raises DevError: no server could be reached or started.
    """
    if _is_named(os.environ):
        yield _named_server(python)
        return
    cluster = _Cluster()
    cluster.acquire()
    try:
        yield cluster.connection(python)
    finally:
        cluster.release()


def users():
    """The pids of the processes that use the private server now."""
    if not _location_file().exists():
        return set()
    with cache.locked("postgres"):
        return {int(note.name.split("-")[0]) for note in _Cluster().living_users()}


def is_ours_alone():
    """Whether crashing the server would hurt nobody else.

    So it is for the private server, as long as only this process and those that started
    it use it, and these do nothing but wait.
    """
    if _is_named(os.environ) or os.environ.get(BESIDE):
        return False
    if not _location_file().exists():
        return False
    return users() <= {os.getpid(), *processes.ancestors(os.getpid())}


def stop():
    """Stops the private server whoever uses it; returns whether it ran."""
    if not _location_file().exists():
        return False
    with cache.locked("postgres"):
        return _Cluster().stop()


def remove():
    """Stops the private server and deletes its data, wherever they are."""
    stop()
    record = _location_file()
    if record.exists():
        shutil.rmtree(json.loads(record.read_text())["home"], ignore_errors=True)
        record.unlink()


def _is_named(environ):
    return any(environ.get(name) for name in ("PGHOST", "PGPORT", "PGUSER"))


def _named_server(python):
    """The server the ``PG*`` variables name, as a user Odoo accepts."""
    environ = os.environ
    user = environ.get("PGUSER") or pwd.getpwuid(os.geteuid()).pw_name
    given = Connection(
        python=python,
        host=environ.get("PGHOST", ""),
        port=environ.get("PGPORT", ""),
        user=user,
        password=environ.get("PGPASSWORD", ""),
        maintenance=environ.get("PGDATABASE") or "postgres",
    )
    may_create = (
        "select rolcreatedb or rolsuper from pg_roles where rolname = current_user"
    )
    if given.query(may_create) != [[True]]:
        raise say.DevError(
            f"PostgreSQL's role “{user}” may not create databases.",
            f"Run ALTER ROLE {user} CREATEDB as an administrator, or unset the PG* "
            "variables to use a private server.",
        )
    if user != _SUPERUSER:
        return given
    _ensure_role(given, given.password)
    return given.as_user(ROLE)


def _ensure_role(connection, password=""):
    if connection.query("select 1 from pg_roles where rolname = %s", ROLE):
        return
    connection.query(f"create role {ROLE} login createdb")
    if password:
        connection.query(f"alter role {ROLE} password %s", password)


def _location_file():
    return cache.root() / "postgres" / "location.json"


class _Cluster:
    """The private server of this cache."""

    def __init__(self):
        self._home = self._find_home()
        self._account = _server_account()

    # Who uses it
    # -----------------------------------------------------------------------

    def acquire(self):
        """Starts the server when it does not run, and notes this process as a user."""
        with cache.locked("postgres"):
            self._binaries = postgres_binaries.ensure(self._home)
            if not self._runs():
                self._start()
            self._note().touch()

    def release(self):
        """Stops the server unless another living process uses it."""
        with cache.locked("postgres"):
            self._note().unlink(missing_ok=True)
            if not self.living_users():
                self.stop()

    def _note(self):
        pid = os.getpid()
        name = f"{pid}-{processes.started_at(pid)}"
        return cache.folder("postgres", "users") / name

    def living_users(self):
        """The notes of the processes that use the server; others' are cleared away."""
        living = []
        for note in cache.folder("postgres", "users").iterdir():
            pid, start = map(int, note.name.split("-"))
            if processes.is_same_process(pid, start):
                living.append(note)
            else:
                note.unlink(missing_ok=True)
        return living

    # The server
    # ------------------------------------------------------------------------

    def connection(self, python):
        """The way in for Odoo; makes the role on the first time."""
        admin = Connection(
            python=python,
            host=str(self._socket_folder()),
            port=str(_PORT),
            user=_SUPERUSER,
            password="",
            maintenance="postgres",
        )
        _ensure_role(admin)
        return admin.as_user(ROLE)

    def stop(self):
        """Stops the server; returns whether it ran."""
        self._binaries = postgres_binaries.installed(self._home)
        if self._binaries is None or not self._runs():
            return False
        self._control("stop", "-m", "fast", "-w")
        return True

    @property
    def _data(self):
        return self._home / f"data-{self._binaries.major}"

    def _find_home(self):
        """The folder of the server, which its account can reach."""
        record = _location_file()
        with contextlib.suppress(FileNotFoundError, ValueError):
            home = Path(json.loads(record.read_text())["home"])
            if home.is_dir():
                return home
        home = self._make_home()
        cache.folder("postgres")
        cache.write_atomically(record, json.dumps({"home": str(home)}))
        return home

    @staticmethod
    def _make_home():
        if os.geteuid() != 0:
            return cache.folder("postgres", "server")
        # PostgreSQL refuses to run as root, and nobody else may enter root's cache.
        home = Path(tempfile.mkdtemp(prefix="psynamica-dev-pg-", dir=_SHARED))
        home.chmod(0o755)
        return home

    def _socket_folder(self):
        folder = self._home / "run"
        if len(str(folder / f".s.PGSQL.{_PORT}")) <= _LONGEST_SOCKET_PATH:
            return folder
        # Deep cache folders do not fit into a socket's address.
        record = self._home / "socket_folder"
        if not (record.exists() and Path(record.read_text()).is_dir()):
            record.write_text(tempfile.mkdtemp(prefix="psynamica-dev-"))
        return Path(record.read_text())

    def _runs(self):
        return (
            self._data.is_dir() and not self._control("status", check=False).returncode
        )

    def _start(self):
        if not (self._data / "PG_VERSION").exists():
            self._initialise()
        self._own(self._socket_folder())
        settings = dict(_SETTINGS, unix_socket_directories=str(self._socket_folder()))
        options = " ".join(f"-c {name}='{value}'" for name, value in settings.items())
        options += f" -p {_PORT}"
        log = self._data / "server.log"
        started = self._control(
            "start", "-w", "-t", "60", "-l", log, "-o", options, check=False
        )
        if started.returncode:
            raise say.DevError(
                f"PostgreSQL did not start:\n{processes.last_lines(log, 15)}",
                "Run ./dev clean to begin with new data, or set PGHOST, PGPORT and "
                "PGUSER to use a server of your own.",
            )

    def _initialise(self):
        say.step(f"PostgreSQL {self._binaries.major}: private server in {self._data}")
        shutil.rmtree(self._data, ignore_errors=True)
        self._data.mkdir(mode=0o700)
        self._own(self._data)
        shared = ["-U", _SUPERUSER, "-A", "trust", "-E", "UTF8", "--no-sync"]
        # A UTF-8 locale lets upper and lower case match beyond ASCII.
        for locale in (["--locale=C.UTF-8"], ["--no-locale"]):
            made = self._run("initdb", "-D", self._data, *shared, *locale, check=False)
            if not made.returncode:
                return
        raise say.DevError(
            f"initdb failed:\n{made.stderr.strip()}",
            "Set PGHOST, PGPORT and PGUSER to use a server of your own.",
        )

    def _own(self, folder):
        folder.mkdir(mode=0o700, exist_ok=True)
        if self._account:
            os.chown(folder, self._account.pw_uid, self._account.pw_gid)

    def _control(self, action, *words, check=True):
        return self._run("pg_ctl", action, "-D", self._data, "-s", *words, check=check)

    def _run(self, program, *words, check):
        account = self._account
        identity = (
            {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
            if account
            else {}
        )
        # Files instead of pipes: the server keeps them open, and a pipe never ends
        # then.
        with tempfile.TemporaryFile("w+") as errors:
            run = subprocess.run(
                [str(self._binaries.folder / program), *map(str, words)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=errors,
                cwd="/",
                env={"PATH": os.environ.get("PATH", ""), "LC_MESSAGES": "C"},
                # Ctrl-C in the terminal is ours to handle, not the server's.
                start_new_session=True,
                **identity,
            )
            errors.seek(0)
            run.stderr = errors.read()
        if check and run.returncode:
            raise say.DevError(
                f"{program} {words[0]} failed:\n{run.stderr.strip()}",
                "Read the lines above; ./dev clean begins with new data.",
            )
        return run


def _server_account():
    """As root: the ordinary account to run the server as; else ``None``."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise say.DevError(
        "PostgreSQL refuses root, and there is no account “postgres” or “nobody”.",
        "Run ./dev as an ordinary user, or set PGHOST, PGPORT and PGUSER.",
    )
