# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What every Odoo process needs before it can start: Python, the source, PostgreSQL."""

import contextlib
import dataclasses
from pathlib import Path

from devtools import cache, odoo_source, postgres, project, python_env, say
from devtools.odoo_source import OdooSource
from devtools.sql import Connection

_LAUNCHER = project.ROOT / "devtools" / "launcher" / "odoo-bin"


@dataclasses.dataclass(frozen=True)
class Toolchain:
    """The parts, ready for use."""

    python: Path
    source: OdooSource
    connection: Connection
    queue_path: Path | None = None  # where the addon queue_job is, when it is wanted
    packages: tuple = ()  # folders with what else Odoo is to find

    @property
    def data_dir(self):
        """Where Odoo keeps attachments and sessions, for all databases."""
        return cache.folder("odoo-data")

    def filestore(self, database):
        """The folder with the attachments of *database*."""
        return self.data_dir / "filestore" / database

    def environment(self):
        """The environment of an Odoo process; the simulator is importable in it."""
        queue = (self.queue_path,) if self.queue_path else ()
        return python_env.environment(
            (self.source.python_path, project.SIMULATOR_SOURCE, *queue, *self.packages)
        )

    def with_queue(self):
        """These tools, and the addon queue_job beside them.

        :raises DevError: it could not be brought
        """
        path = python_env.ensure_queue(self.python)
        return dataclasses.replace(self, queue_path=path)

    def command(self, subcommand, configuration, database, *words):
        """A command line for Odoo."""
        program = [self.python, _LAUNCHER, *subcommand.split()]
        return [*program, "-c", configuration, "-d", database, *words]


@contextlib.contextmanager
def opened():
    """Brings the parts and keeps PostgreSQL running inside the ``with``.

    :raises DevError: a part is missing and cannot be brought.
    """
    if not project.addons():
        raise say.DevError(
            "There is no installable addon here (psynamica_*/__manifest__.py).",
            "Only ./dev lint and ./dev test unit can run.",
        )
    python = python_env.ensure()
    source = odoo_source.ensure()
    with postgres.available(python) as connection:
        yield Toolchain(python, source, connection)
