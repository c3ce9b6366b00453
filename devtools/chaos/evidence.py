# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a run leaves behind for whoever looks for the cause of a violation."""

import json
import shutil

from devtools import sql_runner

# Everything but secrets, and what other tables are too big for.
_TABLES = (
    "psynamica_zoom_meeting",
    "psynamica_zoom_notification",
    "psynamica_zoom_announced_meeting",
    "psynamica_zoom_proposal",
    "psynamica_zoom_reconciliation",
    "psynamica_zoom_circuit",
    "psynamica_zoom_connection",
    "calendar_event",
    "calendar_attendee",
    "mail_activity",
)
_SECRETS = {"access_token_sealed", "refresh_token_sealed", "passcode", "join_url"}


def keep(stack, sim, folder):
    """Writes the tables, what Zoom has, and the mails into *folder*."""
    for table in _TABLES:
        rows = sql_runner.run(
            stack.driver_words(),
            f"select to_jsonb(t) from {table} t order by id",  # noqa: S608 constants
            (),
        )
        lines = (json.dumps(_without_secrets(row)) for (row,) in rows)
        _write(folder / f"{table}.jsonl", lines)
    for name, found in (
        ("zoom_meetings", sim.meetings()),
        ("zoom_calls", sim.calls()),
        ("zoom_deliveries", sim.deliveries()),
    ):
        _write(folder / f"{name}.jsonl", (json.dumps(one) for one in found))
    shutil.copytree(stack.mail_dir, folder / "mail", dirs_exist_ok=True)


def forget(folder):
    """Removes what an earlier run has left."""
    for path in folder.glob("*.jsonl"):
        path.unlink()
    shutil.rmtree(folder / "mail", ignore_errors=True)


def _without_secrets(row):
    return {name: value for name, value in row.items() if name not in _SECRETS}


def _write(path, lines):
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
