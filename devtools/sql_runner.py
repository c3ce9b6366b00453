# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Runs SQL for :mod:`devtools.database`, inside the virtual environment.

``./dev`` itself has no PostgreSQL driver and the machine may have no ``psql``. Reads
one JSON object from standard input, ``{"connection": {…}, "sql": …, "parameters":
[…]}``, and writes the rows as JSON; each statement commits by itself.
"""

import json
import sys

import psycopg2


def main():
    """Runs the order on standard input; 1 and the server's words on failure."""
    order = json.load(sys.stdin)
    try:
        rows = run(order["connection"], order["sql"], order["parameters"])
    except psycopg2.Error as error:
        print(str(error).strip(), file=sys.stderr)
        return 1
    json.dump(rows, sys.stdout, default=str)
    return 0


def run(connection, sql, parameters):
    """The rows *sql* gives, as lists; empty for a statement without any."""
    session = psycopg2.connect(**connection)
    try:
        session.autocommit = True
        with session.cursor() as cursor:
            # Without parameters a `%` in the statement is a plain character.
            cursor.execute(sql, parameters or None)
            return cursor.fetchall() if cursor.description else []
    finally:
        session.close()


if __name__ == "__main__":
    sys.exit(main())
