# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Connections to PostgreSQL, and what ``./dev`` does with whole databases."""

import dataclasses
import json
import re
import subprocess
from pathlib import Path

from devtools import say
from devtools.project import ROOT

_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")


@dataclasses.dataclass(frozen=True)
class Connection:
    """How to reach the server. Empty host or port: the driver's default."""

    python: Path
    host: str
    port: str
    user: str
    password: str = dataclasses.field(repr=False)
    maintenance: str  # the database to be in while creating and dropping others

    def as_user(self, user):
        """The same server as another role."""
        return dataclasses.replace(self, user=user)

    def query(self, sql, *parameters, database=None):
        """The rows of one statement, run and committed in *database*.

        Values that JSON does not know (moments, decimals) come as text.

        :raises DevError: the server cannot be reached or refuses the statement.
        """
        order = {
            "connection": self.driver_words(database or self.maintenance),
            "sql": sql,
            "parameters": parameters,
        }
        run = subprocess.run(
            [str(self.python), "-m", "devtools.sql_runner"],
            input=json.dumps(order),
            capture_output=True,
            text=True,
            cwd=ROOT,
        )
        if run.returncode:
            raise say.DevError(
                f"PostgreSQL: {run.stderr.strip()}",
                "Is the server up, and are the PG* variables right?",
            )
        return json.loads(run.stdout)

    def driver_words(self, database):
        """What the driver is told to connect to *database*."""
        words = {
            "host": self.host,
            "port": self.port,
            "user": self.user,
            "password": self.password,
            "dbname": database,
        }
        return {name: value for name, value in words.items() if value}

    def exists(self, database):
        """Whether the database is there."""
        return bool(
            self.query("select 1 from pg_database where datname = %s", database)
        )

    def create(self, database, template=None):
        """Creates *database*, empty or as a copy of *template*."""
        source = f"template {_checked(template)}" if template else "template template0"
        self._disconnect_others(template)
        self.query(f"create database {_checked(database)} {source} encoding 'unicode'")

    def drop(self, database):
        """Drops *database* if it exists, whoever is connected to it."""
        statement = f"drop database if exists {_checked(database)}"
        try:
            self.query(f"{statement} with (force)")
        except say.DevError as error:
            if "pg_signal_backend" not in error.problem:
                raise
            # The server's own clean-up is at work there. Only a plain drop ends that.
            self._disconnect_others(database)
            self.query(statement)

    def rename(self, database, new_name):
        """Renames *database*."""
        self.query(
            f"alter database {_checked(database)} rename to {_checked(new_name)}"
        )

    def note(self, database):
        """The note left on *database*; empty without one."""
        rows = self.query(
            "select shobj_description(oid, 'pg_database') from pg_database"
            " where datname = %s",
            database,
        )
        return (rows[0][0] or "") if rows else ""

    def set_for(self, database, setting, value):
        """Makes *value* the default of a setting for new connections to *database*."""
        self.query(
            f"alter database {_checked(database)} set {_checked(setting)} to %s", value
        )

    def write_note(self, database, text):
        """Leaves a note on *database*. It is not copied along with the database."""
        self.query(f"comment on database {_checked(database)} is %s", text)

    def _disconnect_others(self, template):
        """A database somebody is connected to cannot be copied.

        Only our own connections are ended: the server ends its own workers there
        itself, and nobody but a superuser may.
        """
        if template:
            self.query(
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where datname = %s and usename = current_user"
                " and pid <> pg_backend_pid()",
                template,
            )


def _checked(name):
    """*name*, when it can stand in a statement without quotes."""
    if not _NAME.fullmatch(name):
        raise ValueError(f"not a plain database name: {name!r}")
    return name
