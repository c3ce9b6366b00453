# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import pytest

from devtools import python_env, say


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ((3, 9), False),
        ((3, 10), True),
        ((3, 13), True),
        ((3, 14), False),
        ((2, 13), False),
    ],
)
def test_only_pythons_that_odoo_accepts_fit(version, expected):
    assert python_env.fits(version) is expected


@pytest.mark.parametrize(
    "name", ["PGHOST", "PGPASSWORD", "ODOO_RC", "PSYNAMICA_ZOOM_KEYS", "PYTHONSTARTUP"]
)
def test_the_users_settings_do_not_reach_odoo(monkeypatch, name):
    monkeypatch.setenv(name, "theirs")

    assert name not in python_env.environment()


def test_given_variables_and_folders_do(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", "/theirs")

    env = python_env.environment(["/a", "/b"], CHROME_BIN="/usr/bin/chromium")

    assert env["PYTHONPATH"] == "/a:/b"
    assert env["CHROME_BIN"] == "/usr/bin/chromium"


def test_bytecode_is_kept_in_the_cache_only(monkeypatch, tmp_path):
    monkeypatch.setenv("PSYNAMICA_CACHE", str(tmp_path))
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")

    env = python_env.environment()

    assert env["PYTHONPYCACHEPREFIX"] == str(tmp_path / "bytecode")
    assert "PYTHONDONTWRITEBYTECODE" not in env


def _pythons(monkeypatch, described, with_pip=()):
    monkeypatch.setattr(python_env, "_candidates", lambda: list(described))
    monkeypatch.setattr(python_env, "_describe", described.get)
    monkeypatch.setattr(python_env, "_has_pip", lambda path: path in with_pip)


def test_the_first_python_that_can_make_environments_is_used(monkeypatch):
    _pythons(
        monkeypatch,
        {"old": (3, 8, 1), "broken": None, "bare": (3, 11, 0), "good": (3, 12, 1)},
    )

    assert python_env._find_interpreter() == ("good", True)


def test_a_python_without_ensurepip_does_when_it_has_pip(monkeypatch):
    _pythons(monkeypatch, {"bare": (3, 11, 0)}, with_pip={"bare"})

    assert python_env._find_interpreter() == ("bare", False)


def test_a_python_with_neither_names_the_package_to_install(monkeypatch):
    _pythons(monkeypatch, {"bare": (3, 11, 0)})

    with pytest.raises(say.DevError) as caught:
        python_env._find_interpreter()
    assert "python3.11-venv" in caught.value.next_step


def test_no_python_at_all_is_said(monkeypatch):
    _pythons(monkeypatch, {"old": (3, 9, 1)})

    with pytest.raises(say.DevError, match="No Python from 3.10 to 3.13"):
        python_env._find_interpreter()
