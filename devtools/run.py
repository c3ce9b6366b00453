# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""``./dev run``: Odoo with demo data and a simulated Zoom, until Ctrl-C."""

import subprocess
import time

from devtools import cache, databases, ports, processes, say, toolchain
from devtools.stack import Stack, StackPorts

# Where the parts beside Odoo listen when nobody else does.
_HTTPS_PORT, _HTTP_PORT, _SMTP_PORT = 9443, 9080, 8025

_READY = """
Ready after {seconds:.0f} s.

  Odoo            {odoo}
  For clients     {odoo}/book   (book a session; no log-in)
  Zoom, simulated {zoom}   (Meetings, installed apps; nothing goes to the real Zoom)
  Mails           {mails}   (one .eml file each; nothing is delivered)
  Logs            {logs}

  Log in as       anna / anna      therapist
                  boris / boris    therapist
                  clara / clara    reception
                  pavel / pavel    client (portal)
                  admin / admin    administrator

What to click first
  1. Log in as anna and open Integrations → Video calls.
  2. On the card Zoom press Connect; in the simulated Zoom press Allow.
  3. In Bookings press + New booking: a name, a free time, Create. The Zoom link appears
     by itself.
  4. Press Join: the simulated meeting opens in a new tab.
  5. In a private window open {odoo}/book and book as a client does: the same link
     appears on the client's page and in the mail.

Ctrl-C stops everything. The simulated Zoom then forgets all it was told: after the next
start press Connect once more. Odoo keeps its data; ./dev clean deletes it.
"""

_QUEUE = """\
Zoom is told by jobs: log in as admin and open Job Queue, where they are listed.
"""


def run(port, workers, with_queue=False):
    """Runs until Ctrl-C; the exit code.

    :raises DevError: the port is taken, or something did not start.
    """
    began = time.monotonic()
    if not ports.is_free(port):
        raise say.DevError(
            f"Port {port} is in use.",
            f"Choose another: ./dev run --port {port + 1}  (or ./dev stop, if it is an "
            "earlier ./dev run).",
        )
    with _alone(), toolchain.opened() as tools:
        tools = tools.with_queue() if with_queue else tools
        database = databases.lasting(tools)
        folder = cache.checkout_folder("run")
        stack = Stack(tools, database, folder, {}, ("--demo",))
        stack.odoo_log.unlink(missing_ok=True)
        try:
            say.step("Starting the mail sink, the Zoom simulator and Odoo")
            stack.start(_ports(port), workers)
            _print_ready(stack, time.monotonic() - began)
            if with_queue:
                print(_QUEUE, flush=True)
            return _wait(stack)
        finally:
            print("Stopping…", flush=True)
            with processes.undisturbed():
                stack.stop_servers()


def shell(words):
    """Odoo's Python shell on the database of ``./dev run``; its exit code."""
    with toolchain.opened() as tools:
        database = databases.lasting(tools)
        conf = databases.configuration(tools, database)
        command = tools.command("shell", conf, database, "--no-http", *words)
        run_in_terminal = [str(word) for word in command]
        try:
            return subprocess.run(
                run_in_terminal, env=tools.environment(), cwd=cache.checkout_folder()
            ).returncode
        except KeyboardInterrupt:
            return 130


def _alone():
    """Two servers on one database would deliver everything twice."""
    busy = say.DevError(
        "./dev run is already running for this checkout.", "./dev stop ends it."
    )
    return cache.locked(f"run-{cache.checkout_key()}", busy=busy)


def _ports(port):
    https, http, smtp = map(
        ports.preferred_or_free, (_HTTPS_PORT, _HTTP_PORT, _SMTP_PORT)
    )
    return StackPorts(port, https, http, smtp, *ports.free_ports(2))


def _print_ready(stack, seconds):
    print(
        _READY.format(
            seconds=seconds,
            odoo=stack.odoo_url,
            zoom=stack.simulator_http_url,
            mails=stack.mail_dir,
            logs=stack.folder,
        ),
        flush=True,
    )


def _wait(stack):
    """Waits for Ctrl-C; 1 when a server ends by itself first."""
    try:
        while stack.is_running():
            time.sleep(0.5)
    except KeyboardInterrupt:
        return 0
    say.failure(
        say.DevError("A server ended by itself.", f"Read the logs in {stack.folder}.")
    )
    return 1
