# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How ``./dev`` speaks: one line per step, and failures that name the next step."""

import sys


class DevError(Exception):
    """Work that cannot go on, with what the reader can do about it."""

    def __init__(self, problem, next_step):
        super().__init__(problem)
        self.problem = problem
        self.next_step = next_step


def step(text):
    """Prints what is about to happen."""
    print(f"==> {text}", flush=True)


def note(text):
    """Prints a detail of the current step."""
    print(f"    {text}", flush=True)


def loud(text):
    """Prints what must not be overlooked, between two rules."""
    rule = "!" * 78
    print(f"{rule}\n{text}\n{rule}", flush=True)


def failure(error):
    """Prints a :class:`DevError` and what to do next, on standard error."""
    sys.stdout.flush()
    print(f"\nFAILED: {error.problem}\nNext:   {error.next_step}", file=sys.stderr)
