# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A whole practice in processes: PostgreSQL, Odoo, the Zoom simulator, a mail sink.

For tests and benchmarks::

    with start_stack() as stack:
        page.goto(stack.odoo_url)

Each stack has its own database, a copy of one prepared with the addons and demo data,
its own simulator and its own ports. Start it from the main thread of a plain process.
"""

import contextlib
import copy
import shutil
import tempfile
from pathlib import Path

from devtools import (
    balancer,
    databases,
    front_proxy,
    odoo_server,
    ports,
    processes,
    python_env,
    simulator,
    toolchain,
    zoom_app,
)
from devtools.project import ROOT

_ODOO_READY_S = 180
_SINK_READY_S = 60

# A server's jobs at once, over all hosts: docs/scaling.md.
_CHANNELS = "root:12,root.zoom.delivery:4,root.zoom.comparison:1,root.zoom.refresh:1"

# Nothing listens there, so what Odoo would ask its makers' servers fails at once.
_NOWHERE = "http://127.0.0.1:9"
_PARAMETERS = {
    # Without this an administrator's log-in would change the base address.
    "web.base.url.freeze": "True",
    "enrich.endpoint": _NOWHERE,
    "iap.endpoint": _NOWHERE,
    "iap.partner_autocomplete.endpoint": _NOWHERE,
    "sms.endpoint": _NOWHERE,
}


def start_stack(
    *,
    workers=0,
    log_level="info",
    options=None,
    simulator_options=(),
    database_settings=None,
    queue=False,
    website=False,
    hosts=1,
):
    """Starts a :class:`Stack` with a database of its own; returns it ready.

    *workers*: 0 for the threaded server, else prefork with that many HTTP workers.
    *options*: further settings for ``odoo.conf``, as a dictionary.
    *simulator_options*: further words for the simulator's command line.
    *database_settings*: of PostgreSQL, for this stack's database only.
    *queue*: with the addon queue_job, whose jobs tell Zoom.
    *website*: with Odoo's website. Not together with *queue*.
    *hosts*: 2 for another threaded Odoo on the same database, as a second host has it,
    and a balancer before both. Not together with *workers*.

    :raises DevError: something did not start; what had started is stopped.
    """
    with contextlib.ExitStack() as cleanup:
        tools = cleanup.enter_context(toolchain.opened())
        if queue:
            tools = tools.with_queue()
            template = databases.with_queue(tools, "demo", with_demo=True)
        elif website:
            template = databases.with_website(tools)
        else:
            template = databases.prepared(tools, "demo", with_demo=True)
        folder = Path(tempfile.mkdtemp(prefix="psynamica-stack-"))
        cleanup.callback(shutil.rmtree, folder, ignore_errors=True)
        database = cleanup.enter_context(databases.copy_of(tools, template, "stack"))
        for name, value in (database_settings or {}).items():
            tools.connection.set_for(database, name, value)
        settings = {"log_level": log_level, **(options or {})}
        stack = Stack(tools, database, folder, settings, simulator_options)
        cleanup.callback(stack.stop_servers)
        stack.start(StackPorts.free(), workers, hosts)
        stack.cleanup = cleanup.pop_all()
    return stack


class StackPorts:
    """The TCP ports of one stack."""

    def __init__(self, odoo, https, http, smtp, odoo_http, odoo_websocket):
        self.odoo = odoo  # what the browser uses
        self.https, self.http = https, http  # the simulator's
        self.smtp = smtp
        # Behind the proxy; only used with workers.
        self.odoo_http, self.odoo_websocket = odoo_http, odoo_websocket

    @classmethod
    def free(cls):
        """Six ports that nobody uses."""
        return cls(*ports.free_ports(6))


class Stack:
    """The running servers. Make one with :func:`start_stack`; a context manager."""

    def __init__(self, tools, database, folder, settings, simulator_options):
        self.database = database
        self.folder = folder
        self.mail_dir = folder / "mail"  # one .eml file a mail
        self.odoo_log = folder / "odoo.log"
        self.simulator_log = folder / "simulator.log"
        self.ca_file = folder / "simulator-ca.pem"
        self.cleanup = contextlib.ExitStack()
        self._tools = tools
        self._settings = settings
        self._simulator_options = simulator_options
        self._servers = {}
        self._second = None  # the second host's ports: HTTP, websocket

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        self.stop()

    # Addresses

    @property
    def odoo_url(self):
        """Odoo, for people: ``http://localhost:PORT``."""
        return f"http://localhost:{self.ports.odoo}"

    @property
    def simulator_url(self):
        """The simulator's OAuth, API and ``/_sim``, over TLS (see ``ca_file``)."""
        return self._address.https_url

    @property
    def zoom_app(self):
        """The Zoom app's ``client_id``, ``client_secret`` and ``webhook_secret``."""
        return zoom_app.credentials()

    @property
    def odoo_pid(self):
        """The pid of Odoo's main process."""
        return self._servers["odoo"].pid

    def odoo_exit_code(self):
        """The exit code of Odoo's main process; ``None`` while it runs."""
        server = self._servers.get("odoo")
        return server.exit_code() if server else 0

    @property
    def simulator_http_url(self):
        """The simulator's pages for people, and ``/_sim`` too."""
        return self._address.http_url

    @property
    def key_file(self):
        """The keys that sealed the secrets in the database; shared by all stacks."""
        return self._tools.data_dir / "psynamica_zoom.key"

    # Life

    def start(self, stack_ports, workers, hosts=1):
        """Starts the servers one after the other; each is ready before the next."""
        self.ports = stack_ports
        self.workers = workers
        self._second = ports.free_ports(2) if hosts > 1 else None
        self._address = simulator.SimulatorAddress(
            stack_ports.https, stack_ports.http, self.ca_file
        )
        self._set_parameters()
        self._start_mail_sink()
        self.start_simulator()
        self.start_odoo()
        if self._second:
            self.start_second_odoo()

    def start_simulator(self):
        """Starts the simulator; it remembers nothing of an earlier one."""
        self._servers["simulator"] = simulator.start(
            self._tools.python,
            self._address,
            self.odoo_url,
            self.simulator_log,
            self._simulator_options,
        )

    def start_odoo(self):
        """Starts Odoo on the stack's database."""
        prefork = self.workers > 0
        conf = self._write_configuration(prefork)
        server = self._start_server("odoo", conf, self.odoo_log)
        if prefork:
            self._start_proxy()
        elif self._second:
            self._start_balancer()
        url = f"{self.odoo_url}/web/health"
        server.wait_until(lambda: odoo_server.answers(url), _ODOO_READY_S, "Odoo")

    def start_second_odoo(self):
        """Starts the second host's Odoo."""
        http, websocket = self._second
        conf = self._write_configuration(
            False, "second", http_port=http, gevent_port=websocket
        )
        server = self._start_server("second odoo", conf, self.folder / "second.log")
        url = f"http://localhost:{http}/web/health"
        server.wait_until(lambda: odoo_server.answers(url), _ODOO_READY_S, "Odoo")

    def kill_odoo(self):
        """Kills the first Odoo as a power cut does: it has no time for anything."""
        server = self._servers.pop("odoo")
        server.kill()

    def _start_server(self, name, conf, log):
        command = self._tools.command("server", conf, self.database)
        env = self._tools.environment() | self._queue_variables()
        server = processes.Server(name.capitalize(), command, log, env, self.folder)
        self._servers[name] = server
        return server

    def _queue_variables(self):
        """What queue_job's runner reads, whichever host has it."""
        if not self._tools.queue_path:
            return {}
        variables = {"ODOO_QUEUE_JOB_CHANNELS": _CHANNELS}
        if self._second:
            variables["ODOO_QUEUE_JOB_PORT"] = str(self.ports.odoo)
        return variables

    def stop_odoo(self):
        """Ends Odoo; the database stays."""
        self._stop("odoo")
        self._stop("proxy")
        self._stop("balancer")

    def stop_servers(self):
        """Ends every server of the stack; PostgreSQL stays."""
        for name in (
            *("odoo", "second odoo"),
            *("proxy", "balancer", "simulator", "mail"),
        ):
            self._stop(name)

    def stop(self):
        """Ends everything and drops the database."""
        self.cleanup.close()

    def is_running(self):
        """Whether Odoo, the simulator and the mail sink all run."""
        return all(server.exit_code() is None for server in self._servers.values())

    # Looking inside

    def psql(self, sql, *parameters):
        """The rows of one statement, committed; moments and decimals come as text."""
        connection = self._tools.connection
        return connection.query(sql, *parameters, database=self.database)

    def driver_words(self):
        """What PostgreSQL's driver is told to connect to the stack's database."""
        return self._tools.connection.driver_words(self.database)

    def shell(self, script):
        """Runs Python in ``odoo shell`` (with ``env``); commit yourself.

        :raises DevError: the script failed.
        """
        conf = self.folder / "odoo.conf"
        command = self._tools.command("shell", conf, self.database, "--no-http")
        log = self.folder / "shell.log"
        odoo_server.run_to_end(command, self._tools, log, "Script", script=script)

    def start_shell(self, name, script, variables=None):
        """Starts Python in ``odoo shell`` (with ``env``) beside the servers.

        *variables* are added to its environment. Returns the running process, whose
        output is in its ``log``; stop it yourself.
        """
        path = self.folder / f"{name}.py"
        path.write_text(script, encoding="utf-8")
        words = self._tools.command(
            "shell", self.folder / "odoo.conf", self.database, "--no-http"
        )
        fed = ["sh", "-c", 'exec "$@" < "$0"', path, *words]
        env = self._tools.environment() | (variables or {})
        return processes.Server(
            name, fed, self.folder / f"{name}.log", env, self.folder
        )

    @contextlib.contextmanager
    def copied(self):
        """Gives this stack's twin on a copy of its database, without servers.

        Odoo must not run; the twin has the same simulator and mail sink.
        """
        with databases.copy_of(self._tools, self.database, "twin") as database:
            twin = copy.copy(self)
            twin.database = database
            yield twin

    def neutralize(self):
        """Runs ``odoo neutralize`` on the database."""
        conf = self.folder / "odoo.conf"
        command = self._tools.command("neutralize", conf, self.database)
        log = self.folder / "neutralize.log"
        odoo_server.run_to_end(command, self._tools, log, "Neutralizing")

    def mails(self):
        """The files of the mails sent so far, in order."""
        return sorted(self.mail_dir.glob("[0-9]*.eml"))

    # Parts

    def _set_parameters(self):
        parameters = {"web.base.url": self.odoo_url, **_PARAMETERS}
        for name, value in parameters.items():
            self.psql("delete from ir_config_parameter where key = %s", name)
            self.psql(
                "insert into ir_config_parameter (key, value) values (%s, %s)",
                name,
                value,
            )

    def _start_mail_sink(self):
        log = self.folder / "mail-sink.log"
        log.unlink(missing_ok=True)
        words = ["--port", self.ports.smtp, "--folder", self.mail_dir]
        server = processes.Server(
            "mail sink",
            [self._tools.python, "-m", "devtools.mail_sink", *words],
            log,
            python_env.environment((ROOT,)),
            self.folder,
        )
        self._servers["mail"] = server
        server.wait_until(
            lambda: simulator.says_ready(log), _SINK_READY_S, "The mail sink"
        )

    def _start_proxy(self):
        words = [self.ports.odoo, self.ports.odoo_http, self.ports.odoo_websocket]
        self._servers["proxy"] = processes.Server(
            "front proxy",
            [self._tools.python, "-m", front_proxy.__name__, *words],
            self.folder / "proxy.log",
            python_env.environment((ROOT,)),
            self.folder,
        )

    def _start_balancer(self):
        words = [self.ports.odoo, self.ports.odoo_http, self._second[0]]
        self._servers["balancer"] = processes.Server(
            "balancer",
            [self._tools.python, "-m", balancer.__name__, *words],
            self.folder / "balancer.log",
            python_env.environment((ROOT,)),
            self.folder,
        )

    def _write_configuration(self, prefork, name="odoo", **others):
        is_behind = prefork or self._second  # something else has the port for people
        queue = (
            {"server_wide_modules": "base,rpc,web,queue_job"}
            if self._tools.queue_path
            else {}
        )
        values = {
            "http_port": self.ports.odoo_http if is_behind else self.ports.odoo,
            "gevent_port": self.ports.odoo_websocket,
            "workers": self.workers,
            "max_cron_threads": 1,
            "publisher_warranty_url": _NOWHERE,
            "smtp_server": "127.0.0.1",
            "smtp_port": self.ports.smtp,
            **queue,
            **self._settings,
            **others,
        }
        return odoo_server.write_configuration(
            self.folder / f"{name}.conf",
            self._tools,
            {"psynamica_zoom": self._address.server_settings()},
            **values,
        )

    def _stop(self, name):
        server = self._servers.pop(name, None)
        if server:
            server.stop()
