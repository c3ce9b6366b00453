# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Checks that translations are complete and cannot break a sentence's placeholders.

Runs in the virtual environment: it needs ``polib``.
"""

import collections
import re
import sys
from pathlib import Path

import polib

from devtools import project

# `%(name)s`, `%s`, `%d`, `%%`, and `{name}` or `{{ expression }}`.
_PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sdifr%]|\{\{.*?\}\}|\{\w*\}")

_LANGUAGES = ("ru",)


def problems(addon):
    """One sentence per mistake in the translations of the addon in folder *addon*."""
    folder = addon / "i18n"
    template_path = folder / f"{addon.name}.pot"
    if not template_path.exists():
        return [f"{addon.name}: i18n/{template_path.name} is missing"]
    template = polib.pofile(str(template_path))
    found = []
    for language in _LANGUAGES:
        path = folder / f"{language}.po"
        if path.exists():
            found += _compare(
                f"{addon.name}/i18n/{path.name}", polib.pofile(path), template
            )
        else:
            found.append(f"{addon.name}: i18n/{path.name} is missing")
    return found


def _compare(name, translation, template):
    wanted = {_key(entry) for entry in template}
    entries = [entry for entry in translation if not entry.obsolete]
    have = [_key(entry) for entry in entries]
    found = [
        f"{name}: not translated: {_short(key)}" for key in sorted(wanted - set(have))
    ]
    found += [
        f"{name}: no longer used: {_short(key)}" for key in sorted(set(have) - wanted)
    ]
    twice = [key for key, count in collections.Counter(have).items() if count > 1]
    found += [f"{name}: twice: {_short(key)}" for key in sorted(twice)]
    for entry in entries:
        found += [f"{name}:{entry.linenum}: {text}" for text in mistakes(entry)]
    return found


def mistakes(entry):
    """What is wrong with one translated *entry*, in words."""
    if "fuzzy" in entry.flags:
        return ["fuzzy"]
    texts = list(entry.msgstr_plural.values()) or [entry.msgstr]
    if not all(texts):
        return [f"empty: {_short(_key(entry))}"]
    wanted = placeholders(entry.msgid)
    return [
        f"placeholders differ: {wanted} became {placeholders(text)}"
        for text in texts
        if placeholders(text) != wanted
    ]


def placeholders(text):
    """The placeholders in *text*, sorted: their order may differ between languages."""
    return sorted(_PLACEHOLDER.findall(text))


def _key(entry):
    return (entry.msgctxt or "", entry.msgid)


def _short(key):
    text = key[1].replace("\n", " ")
    return f"“{text[:70]}…”" if len(text) > 70 else f"“{text}”"


def main(folders=None):
    """Checks the addons in *folders* (all, without any); the exit code."""
    addons = [Path(folder) for folder in folders or project.all_addons()]
    found = [text for addon in addons for text in problems(addon)]
    print("\n".join(found) or "translations: ok")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
