# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Compares each addon's committed ``.pot`` with one exported from a database."""

import re
import tempfile
from pathlib import Path

from devtools import databases, odoo_server

# These header lines change with every export.
_MOVING = re.compile(
    r'^"(POT-Creation-Date|PO-Revision-Date|Project-Id-Version): .*\n', re.M
)

# Odoo's `sms` installs itself and puts a field into every model with messages. It is
# exported as ours from a new database, but after an update only by addons that are
# loaded after `sms`: what it is called is not ours to translate.
_FOREIGN = re.compile(
    r"^#: model:ir\.model\.fields,\w+:\S+__message_has_sms_error\n", re.M
)
_UNUSED = re.compile(
    r"^#\. module: .*\n(?:#\. .*\n)*(?:msgid|msgstr|\").*\n(?:.+\n)*\n?", re.M
)


def differences(toolchain, database, addons):
    """Sentences that name each of *addons* whose ``.pot`` is missing or out of date."""
    found = []
    for addon in addons:
        committed = addon / "i18n" / f"{addon.name}.pot"
        exported = export(toolchain, database, addon.name)
        if not committed.exists():
            found.append(f"{addon.name} has no i18n/{committed.name}.{_HOW}")
        elif normalised(exported) != normalised(committed.read_text(encoding="utf-8")):
            found.append(f"{addon.name}: i18n/{committed.name} is out of date.{_HOW}")
    return found


def write(toolchain, database, addons):
    """Exports the ``.pot`` of each of *addons* into the checkout; returns the files."""
    written = []
    for addon in addons:
        target = addon / "i18n" / f"{addon.name}.pot"
        target.parent.mkdir(exist_ok=True)
        text = export(toolchain, database, addon.name)
        text = _without_foreign_fields(_without_moving_lines(text))
        target.write_text(text, encoding="utf-8")
        written.append(target)
    return written


_HOW = " Run ./dev i18n and commit the result."


def export(toolchain, database, addon):
    """The ``.pot`` of *addon* as the code in *database* has it now."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / f"{addon}.pot"
        words = ["-l", "pot", "-o", target, addon]
        settings = databases.configuration(toolchain, database)
        command = toolchain.command("i18n export", settings, database, *words)
        log = databases.log_file("i18n")
        odoo_server.run_to_end(command, toolchain, log, f"Exporting {addon}.pot")
        return target.read_text(encoding="utf-8")


def normalised(text):
    """*text* without what changes from export to export."""
    return _without_foreign_fields(_MOVING.sub("", text)).strip()


def _without_moving_lines(text):
    return re.sub(r'^"(POT-Creation-Date|PO-Revision-Date): .*\n', "", text, flags=re.M)


def _without_foreign_fields(text):
    return _UNUSED.sub("", _FOREIGN.sub("", text))
