# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""``./dev chaos``: brings what a run needs and starts it in the virtual environment."""

from devtools import child, databases, toolchain


def run(words):
    """Runs ``python -m devtools.chaos`` with *words*; its exit code.

    :raises DevError: a part is missing and cannot be brought
    """
    with toolchain.opened() as tools:
        databases.prepared(tools, "demo", with_demo=True)
        command = [tools.python, "-m", "devtools.chaos", *words]
        return child.run("chaos", command, child.environment(tools))
