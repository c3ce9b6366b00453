# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from devtools import odoo_log

_LOG = """\
2026-11-21 05:27:58,778 930 INFO db odoo.modules.loading: loading
2026-11-21 05:27:58,779 930 WARNING ? odoo.tools.config: option x reads 'False'
2026-11-21 05:27:58,780 930 ERROR db odoo.addons.a.models.b: Could not: 42
Traceback (most recent call last):
  File "b.py", line 1, in <module>
ValueError: 42
2026-11-21 05:27:58,781 930 INFO db odoo.addons.a: an ERROR in a message is none
2026-11-21 05:27:58,782 930 CRITICAL db odoo.service.server: Failed
"""


def test_only_what_is_serious_is_told():
    found = odoo_log.serious_entries(_LOG)

    assert [entry.level for entry in found] == ["WARNING", "ERROR", "CRITICAL"]


def test_a_traceback_belongs_to_its_error():
    [error] = [e for e in odoo_log.serious_entries(_LOG) if e.level == "ERROR"]

    assert str(error).endswith("ValueError: 42")
    assert error.logger == "odoo.addons.a.models.b"


def test_the_same_thing_is_told_once():
    line = "2026-11-21 05:27:58,77{0} 930 WARNING db{0} odoo.a: no view {0}\n"
    other = "2026-11-21 05:27:58,778 930 WARNING db odoo.b: no view 1\n"
    entries = odoo_log.serious_entries(line.format(1) + other + line.format(2))

    told = [(count, entry.logger) for count, entry in odoo_log.alike(entries)]

    assert told == [(2, "odoo.a"), (1, "odoo.b")]


def test_warnings_are_not_errors():
    found = odoo_log.serious_entries(_LOG)

    assert [odoo_log.is_error(entry) for entry in found] == [False, True, True]


def test_a_missing_extension_of_postgresql_is_known():
    text = (
        "2026-11-21 05:27:58,780 930 ERROR db odoo.sql_db: bad query: "
        "CREATE EXTENSION IF NOT EXISTS pg_trgm\n"
        'ERROR: extension "pg_trgm" is not available\n'
    )

    assert odoo_log.serious_entries(text) == []
