# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re
from pathlib import Path

import pytest

from benchmarks import peer_databases
from devtools import project, python_env, say

PYTHON = Path("/cache/python/py311-0123/bin/python")
FILES = (peer_databases.REQUIREMENTS, python_env.QUEUE_REQUIREMENTS)


@pytest.fixture
def commands(cache_folder, monkeypatch):
    """The commands that would install; nothing is fetched."""
    ran = []
    monkeypatch.setattr(python_env, "_pip", lambda python: [python, "pip"])
    monkeypatch.setattr(python_env, "_run", lambda words, _why: _install(ran, words))
    return ran


def _install(ran, words):
    ran.append(words)
    [target] = [word[9:] for word in map(str, words) if word.startswith("--target=")]
    Path(target).mkdir()


@pytest.fixture
def pins(write):
    return write("requirements-some.txt", "one==1\n")


def test_packages_are_installed_once_into_a_folder_of_their_own(commands, pins):
    home = python_env.ensure_beside(PYTHON, "some", pins)

    assert python_env.ensure_beside(PYTHON, "some", pins) == home
    [words] = commands
    assert "--no-deps" in words
    assert PYTHON.parents[1] not in home.parents


def test_other_pins_are_another_folder(commands, pins):
    home = python_env.ensure_beside(PYTHON, "some", pins)
    pins.write_text("one==2\n", encoding="utf-8")

    assert python_env.ensure_beside(PYTHON, "some", pins) != home
    assert len(commands) == 2


def test_an_installation_that_failed_is_done_again(commands, pins, monkeypatch):
    def fail(words, _why):
        _install([], words)
        raise say.DevError("no network", "try again")

    with monkeypatch.context() as patched:
        patched.setattr(python_env, "_run", fail)
        with pytest.raises(say.DevError):
            python_env.ensure_beside(PYTHON, "some", pins)

    python_env.ensure_beside(PYTHON, "some", pins)
    assert len(commands) == 1


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_all_of_them_are_pinned_and_no_registry_is_named(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    named = [line for line in lines if line and not line.startswith("#")]

    assert named
    for line in named:
        assert re.fullmatch(r"[a-z0-9_-]+==[0-9.]+", line), line


def test_no_addon_depends_on_a_peer():
    text = peer_databases.REQUIREMENTS.read_text(encoding="utf-8")
    peers = set(re.findall(r"^odoo-addon-([a-z-]+)==", text, re.MULTILINE))

    assert peers
    assert not {name.replace("-", "_") for name in peers} & set(
        project.foreign_dependencies()
    )
