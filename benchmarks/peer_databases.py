# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Databases with a peer's modules in place of ours, made once."""

import dataclasses
import hashlib

from devtools import cache, databases, odoo_server, python_env
from devtools.project import ROOT

REQUIREMENTS = ROOT / "benchmarks" / "requirements-peers.txt"


def with_modules(tools, *modules):
    """The name of a database with what our addons depend on, *modules*, and not ours.

    Everything else is as in the prepared database with demo data.
    """
    base = databases.foundation(tools, with_demo=True)
    mark = hashlib.sha256("\0".join([base, *sorted(modules)]).encode()).hexdigest()
    name = f"psynamica_peer_{mark[:8]}"
    with cache.locked(name):
        if not tools.connection.exists(name):
            _build(tools, base, name, modules)
    return name


def with_peers(tools):
    """*tools* whose Odoo finds the addons in ``requirements-peers.txt``, too.

    :raises DevError: they could not be installed
    """
    home = python_env.ensure_beside(tools.python, "peers", REQUIREMENTS)
    return dataclasses.replace(tools, packages=(home,))


def _build(tools, base, name, modules):
    draft = f"{name}_draft"
    databases.copy(tools, base, draft)
    conf = databases.configuration(tools, draft)
    words = ["-i", ",".join(modules), "--with-demo"]
    quiet = ["--no-http", "--max-cron-threads=0", "--stop-after-init"]
    command = tools.command("server", conf, draft, *words, *quiet)
    log = databases.log_file("peer")
    log.unlink(missing_ok=True)
    odoo_server.run_to_end(command, tools, log, f"Installing {', '.join(modules)}")
    tools.connection.rename(draft, name)
    if tools.filestore(draft).is_dir():
        tools.filestore(draft).rename(tools.filestore(name))
