# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""One browser for all tests, and a practice of its own for each."""

import contextlib

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
    """A function that starts a practice whose therapist speaks a language.

    Its options are those of `start_stack`.
    """
    with contextlib.ExitStack() as cleanup:

        def start(language, **options):
            stack = cleanup.enter_context(start_stack(**options))
            practice = Practice(stack, browser, language)
            cleanup.callback(practice.leave)
            return practice

        yield start
