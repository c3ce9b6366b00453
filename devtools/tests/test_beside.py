# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import contextlib

import pytest

from devtools import beside, postgres, suites
from devtools.suite_result import Result


def test_what_a_suite_beside_printed_is_shown_when_it_has_ended(cache_folder, capfd):
    with beside.started("of_nothing", []) as result_of:
        result = result_of()

    assert result.problems == ["./dev test of_nothing ended with code 2."]
    assert "There is no suite “of_nothing”" in capfd.readouterr().out


def test_a_suite_that_nobody_waited_for_is_ended(cache_folder, monkeypatch):
    ended = []
    monkeypatch.setattr(
        beside.processes.Server, "stop", lambda one, _grace_s: ended.append(one)
    )

    with pytest.raises(KeyboardInterrupt), beside.started("of_nothing", []):
        raise KeyboardInterrupt

    assert len(ended) == 1
    ended[0]._process.wait()


@pytest.mark.parametrize(
    ("cores", "options", "expected"),
    [
        ({0, 1}, ["-x"], True),
        ({0}, [], False),
        ({0, 1}, ["--pdb"], False),
        ({0, 1}, ["-k", "booking"], False),
    ],
)
def test_it_takes_two_cores_and_nobody_who_talks(monkeypatch, cores, options, expected):
    monkeypatch.setattr(beside.os, "sched_getaffinity", lambda _pid: cores)

    assert beside.is_possible(options) is expected


def test_what_goes_wrong_beside_is_not_overlooked(cache_folder, monkeypatch, capsys):
    monkeypatch.setattr(beside, "is_possible", lambda _options: True)
    monkeypatch.setattr(suites, "_WAITING", "of_nothing")
    for name in ("unit", "odoo", "of_nothing"):
        passed = Result(name, "1 passed in 1s", [])
        monkeypatch.setitem(suites._SUITES, name, lambda _options, one=passed: one)

    code = suites.run(["unit", "odoo", "of_nothing"], [])

    told = capsys.readouterr().out
    assert code == 1
    assert "of_nothing  FAILED" in told


def test_a_suite_beside_others_may_not_crash_their_database_server(
    cache_folder, monkeypatch
):
    cache_folder.mkdir()
    here = cache_folder / "location"
    here.touch()
    monkeypatch.setattr(postgres, "_location_file", lambda: here)
    monkeypatch.setattr(postgres, "users", set)
    monkeypatch.setattr(postgres, "_is_named", lambda _environ: False)

    assert postgres.is_ours_alone()
    monkeypatch.setenv(postgres.BESIDE, "1")
    assert not postgres.is_ours_alone()


def test_what_has_to_be_alone_runs_after_the_others(cache_folder, monkeypatch):
    ran = []

    @contextlib.contextmanager
    def started(suite, options):
        ran.append((suite, *options))
        yield lambda: ran.append("ended") or Result(suite, "2 passed in 1s", [])

    monkeypatch.setattr(beside, "is_possible", lambda _options: True)
    monkeypatch.setattr(beside, "started", started)
    for name in suites.ALL:
        monkeypatch.setitem(
            suites._SUITES,
            name,
            lambda options, name=name: (
                ran.append((name, *options)) or Result(name, "1 passed in 1s", [])
            ),
        )

    assert suites.run(suites.ALL, ["-x"]) == 0
    assert ran == [
        ("e2e", "-x", "-m", "not alone"),
        ("unit", "-x"),
        ("odoo", "-x"),
        "ended",
        ("e2e", "-x", "-m", "alone"),
    ]
