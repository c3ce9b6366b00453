# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""All checks that need no database."""

import shutil
import subprocess
import tempfile
from pathlib import Path

from devtools import cache, layers, project, python_env, say
from devtools.project import ROOT


def run():
    """Runs every check, prints what each says; the exit code."""
    python = python_env.ensure()
    addons = [str(addon.relative_to(ROOT)) for addon in project.all_addons()]
    failed = [
        name for name, check in _checks(python, addons) if not _passes(name, check)
    ]
    if failed:
        print(f"\nlint: FAILED: {', '.join(failed)}")
        return 1
    print("\nlint: ok")
    return 0


def _checks(python, addons):
    """(name, command or function) of every check that has something to look at."""
    yield "ruff format", [python, "-m", "ruff", "format", "--check", "."]
    yield "ruff check", [python, "-m", "ruff", "check", "."]
    yield "layers", layers.main
    if addons:
        rules = "--rcfile=.pylintrc-mandatory"
        yield "pylint-odoo", [python, "-m", "pylint", rules, "--jobs=2", *addons]
        yield "XML", [python, "-m", "devtools.xml_check", *addons]
        yield "translations", [python, "-m", "devtools.po_check", *addons]
    else:
        say.note(
            "no installable addon yet: pylint-odoo, XML and translations not checked"
        )
    yield "JavaScript", _javascript
    yield "shell", ["bash", "-n", ".ci/run"]


def _passes(name, check):
    say.step(name)
    if callable(check):
        return check() == 0
    env = python_env.environment((ROOT,), PYLINTHOME=str(cache.folder("pylint")))
    command = [str(word) for word in check]
    return subprocess.run(command, cwd=ROOT, env=env).returncode == 0


def javascript_files(root=ROOT):
    """The addons' own JavaScript files."""
    return sorted(root.glob("psynamica_*/static/**/*.js"))


def _javascript():
    """Checks the syntax of every JavaScript file, when Node.js is here."""
    node = shutil.which("node")
    if not node:
        say.note("Node.js is not here: JavaScript was not checked")
        return 0
    exit_code = 0
    with tempfile.TemporaryDirectory() as folder:
        # Odoo's files are modules called .js; Node.js goes by the ending.
        module = Path(folder) / "checked.mjs"
        for path in javascript_files():
            module.write_bytes(path.read_bytes())
            run = subprocess.run(
                [node, "--check", str(module)], capture_output=True, text=True
            )
            if run.returncode:
                print(f"{path.relative_to(ROOT)}:\n{run.stderr}")
                exit_code = 1
    return exit_code
