# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import pytest

from devtools import postgres, postgres_binaries, sql


def _programs(write, folder, version, names=("initdb", "pg_ctl", "postgres")):
    for name in names:
        path = write(
            f"{folder}/{name}", f"#!/bin/sh\necho 'postgres (PostgreSQL) {version}'\n"
        )
        path.chmod(0o755)
    return path.parent


def test_the_newest_programs_are_used(write):
    folders = [_programs(write, f"pg{n}", f"{n}.2 (Debian)") for n in (15, 17, 16)]

    assert postgres_binaries.newest(folders).major == 17


def test_programs_too_old_for_odoo_are_not(write):
    assert postgres_binaries.newest([_programs(write, "pg12", "12.22")]) is None


def test_a_client_without_a_server_is_not_enough(write):
    folder = _programs(write, "pg15", "15.1", names=("pg_ctl", "psql"))

    assert postgres_binaries.newest([folder]) is None


@pytest.mark.parametrize("name", ["PGHOST", "PGPORT", "PGUSER"])
def test_each_of_the_variables_names_a_server(name):
    assert postgres._is_named({name: "x"})


def test_other_variables_do_not():
    assert not postgres._is_named({"PGPASSWORD": "x", "PGHOST": ""})


@pytest.mark.parametrize(
    "name", ['a"; drop database b', "A", "1a", "a b", "", "a" * 64]
)
def test_a_database_name_that_would_need_quotes_is_refused(name):
    connection = sql.Connection(None, "", "", "odoo", "", "postgres")

    with pytest.raises(ValueError, match="not a plain database name"):
        connection.drop(name)


def test_a_password_stays_out_of_messages():
    connection = sql.Connection(None, "host", "1", "odoo", "canary-4711", "postgres")

    assert "canary-4711" not in repr(connection)
