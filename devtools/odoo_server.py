# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Odoo's configuration file and its command lines."""

import contextlib
import subprocess
import time
import urllib.error
import urllib.request

from devtools import cache, processes, project, say


def write_configuration(path, toolchain, sections=None, **options):
    """Writes an ``odoo.conf``: what every process here needs, then *options*.

    *sections* are further sections, ``{name: {key: value}}``.
    """
    connection = toolchain.connection
    addons_paths = [*toolchain.source.addons_paths, project.ROOT]
    values = {
        "addons_path": ",".join(map(str, addons_paths)),
        "data_dir": toolchain.data_dir,
        "db_host": connection.host,
        "db_port": connection.port,
        "db_user": connection.user,
        "db_password": connection.password,
        "http_interface": "127.0.0.1",
        "list_db": False,
        **options,
    }
    lines = []
    for section, content in {"options": values, **(sections or {})}.items():
        lines.append(f"[{section}]")
        # Odoo warns about empty values of some options.
        given = {name: value for name, value in content.items() if value != ""}
        lines.extend(f"{name} = {value}" for name, value in given.items())
    cache.write_atomically(path, "\n".join(lines) + "\n")
    return path


def run_to_end(command, toolchain, log, what, script=None, env=None):
    """Runs an Odoo command that ends by itself, with its output in *log*.

    *script* is fed to its standard input; *env* replaces the usual environment.

    :raises DevError: it failed; the end of the log is shown.
    """
    say.step(f"{what}…")
    began = time.monotonic()
    with log.open("ab") as output:
        process = subprocess.Popen(
            [str(word) for word in command],
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=env or toolchain.environment(),
            cwd=cache.checkout_folder(),
            start_new_session=True,
        )
        with _ended_with_us(process, what):
            process.communicate((script or "").encode())
    if process.returncode:
        raise say.DevError(
            f"{what}: Odoo ended with code {process.returncode}. Its last lines:\n"
            f"{processes.last_lines(log, 40)}",
            f"Read {log}.",
        )
    say.note(f"done in {time.monotonic() - began:.0f} s")


@contextlib.contextmanager
def _ended_with_us(process, name):
    record = processes.write_record(name, process.pid)
    try:
        yield
    except BaseException:
        processes.end_group(process.pid, reap=process.poll)
        raise
    finally:
        record.unlink(missing_ok=True)


def answers(url):
    """Whether the server at *url* answers with success within a second."""
    try:
        with urllib.request.urlopen(url, timeout=1) as answer:  # noqa: S310
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False
