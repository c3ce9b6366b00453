# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import pytest

from devtools import core_suite, suite_result
from devtools.pytest_run import Outcome
from devtools.suite_result import Result


def test_a_run_with_tests_and_no_failure_passes():
    assert suite_result.judged("unit", Outcome(0, "3 passed in 1s", 3), []).passed


def test_a_failed_run_fails():
    assert not suite_result.judged("unit", Outcome(1, "1 failed in 1s", 1), []).passed


def test_a_run_of_no_test_fails_even_when_pytest_is_content():
    result = suite_result.judged("unit", Outcome(0, "5 skipped in 1s", 0), [])

    assert result.problems == ["No test ran."]


def test_listing_the_tests_need_not_run_them():
    outcome = Outcome(0, "no tests ran in 1s", 0)

    assert suite_result.judged("unit", outcome, ["--collect-only"]).passed


def test_named_files_replace_the_suites_folders():
    assert suite_result.targets(
        ["-x", "devtools/tests/test_ports.py::test_a"], ["t"]
    ) == [
        "-x",
        "devtools/tests/test_ports.py::test_a",
    ]


def test_options_alone_do_not():
    assert suite_result.targets(["-k", "nothing_of_that_name"], ["t"]) == [
        "t",
        "-k",
        "nothing_of_that_name",
    ]


@pytest.mark.parametrize("options", [["-k", "x"], ["dev"], ["--lf"]])
def test_a_part_of_the_tests_is_a_selection(options):
    assert suite_result.is_selection(options)


@pytest.mark.parametrize("options", [[], ["-x", "-q"]])
def test_all_of_them_are_not(options):
    assert not suite_result.is_selection(options)


@pytest.mark.parametrize(
    ("value", "expected"), [("true", True), ("1", True), ("", False)]
)
def test_ci_is_told_by_its_variable(value, expected):
    assert suite_result.in_ci({"CI": value}) is expected


def test_what_was_skipped_is_said_last(capsys):
    suite_result.report(
        [Result("e2e", "", [], "no browser"), Result("unit", "1 passed", [])]
    )

    lines = capsys.readouterr().out.splitlines()
    assert lines[-2] == "e2e: no browser"
    assert [line.split()[:2] for line in lines[2:4]] == [["e2e", "not"], ["unit", "ok"]]


def test_odoos_own_count_is_read():
    text = "… odoo.tests.result: 0 failed, 0 error(s) of 155 tests when loading …"

    assert core_suite.counted(text) == ("155 passed", [])


def test_odoos_other_count_is_told_too():
    text = (
        "… odoo.tests.stats: mail: 2 tests 1.18s 7 queries\n"
        "… odoo.tests.stats: calendar: 191 tests 31.18s 20779 queries\n"
        "… odoo.tests.result: 0 failed, 0 error(s) of 155 tests when loading …"
    )

    assert core_suite.counted(text) == (
        "155 passed (191 with set-ups and subtests)",
        [],
    )


@pytest.mark.parametrize(
    "text",
    [
        "0 failed, 0 error(s) of 0 tests",
        "1 failed, 0 error(s) of 155 tests",
        "0 failed, 2 error(s) of 155 tests",
        "",
    ],
)
def test_a_count_that_is_not_well_is_a_problem(text):
    assert core_suite.counted(text)[1]


def test_the_same_tests_in_another_time_are_the_same():
    ours = Result("core", "155 passed in 41.59s; Odoo's runner: 155 passed", [])
    bare = Result(
        "core", "155 passed in 61.59s (0:01:01); Odoo's runner: 155 passed", []
    )

    assert core_suite.compared(ours, bare).passed


def test_fewer_tests_with_our_addons_are_a_problem():
    ours = Result("core", "154 passed, 1 skipped in 41.59s", [])
    bare = Result("core", "155 passed in 38.57s", [])

    assert not core_suite.compared(ours, bare).passed


def test_a_failure_without_our_addons_is_told():
    ours = Result("core", "155 passed in 41.59s", [])
    bare = Result("core", "155 passed in 38.57s", ["broken"])

    assert core_suite.compared(ours, bare).problems == ["Without our addons: broken"]


def test_what_went_wrong_in_one_of_two_runs_went_wrong():
    good = Result("odoo", "3 passed in 1s", [])
    bad = Result("queue", "1 failed in 1s", ["pytest ended with code 1."])

    both = suite_result.merged("odoo", [good, bad])

    assert (both.suite, both.summary) == ("odoo", "3 passed in 1s; 1 failed in 1s")
    assert both.problems == ["pytest ended with code 1."]
    assert suite_result.merged("odoo", [good]).passed
