# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""One browser for all tests, and a practice of its own for each."""

import pytest
from browser import launched
from practice import Practice

from devtools.stack import start_stack


@pytest.fixture(scope="session")
def browser():
    """A running Chromium."""
    with launched() as running:
        yield running


@pytest.fixture
def open_practice(browser):
    """A function that starts a practice whose therapist speaks a language."""
    stacks = []

    def start(language):
        stacks.append(start_stack())
        return Practice(stacks[-1], browser, language)

    yield start
    for context in browser.contexts:
        context.close()
    for stack in stacks:
        stack.stop()
