# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Many rows out of one: tables are filled in seconds, with what the product makes."""

from odoo.tools import SQL


def multiply(cr, table, row_id, of, **changes):
    """Copies a row once for each number in *of*; the new ids, in that order.

    *changes* are columns and SQL for them, in which ``row.id`` is the number and
    ``row.n`` counts from 1.
    """
    cr.execute(
        "select column_name from information_schema.columns where table_name = %s"
        " and table_schema = current_schema and column_name <> 'id'",
        [table],
    )
    columns = [name for (name,) in cr.fetchall()]
    unknown = set(changes) - set(columns)
    assert not unknown, (table, unknown)
    values = [
        SQL(changes[name]) if name in changes else SQL.identifier("original", name)
        for name in columns
    ]
    cr.execute(
        SQL(
            "insert into %s (%s) select %s from %s original"
            " cross join unnest(%s::bigint[]) with ordinality as row(id, n)"
            " where original.%s = %s order by row.n%s",
            SQL.identifier(table),
            SQL(", ").join(map(SQL.identifier, columns)),
            SQL(", ").join(values),
            SQL.identifier(table),
            list(of),
            SQL.identifier(_key(table)),
            row_id,
            SQL(" returning id" if _has_id(table) else ""),
        )
    )
    return [new_id for (new_id,) in cr.fetchall()] if _has_id(table) else []


def _has_id(table):
    return not table.endswith("_rel")


def _key(table):
    """A row of a relation table is named by the first of its two columns."""
    return "id" if _has_id(table) else "calendar_event_id"
