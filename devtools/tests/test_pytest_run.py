# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import pytest

from devtools import pytest_run


@pytest.mark.parametrize(
    "line",
    [
        "3 passed in 0.12s",
        "1 failed, 2 passed, 1 skipped, 3 deselected, 1 error in 62.20s (0:01:02)",
        "155 passed, 1 warning, 22 subtests passed in 36.86s",
        "no tests ran in 0.01s",
    ],
)
@pytest.mark.parametrize("form", ["{}", "===== {} =====", "\x1b[32m== {} ==\x1b[0m"])
def test_pytests_last_line_is_found(line, form):
    text = "tests/test_x.py .F\nran 3 passed\n" + form.format(line) + "\n"

    assert pytest_run.summary_line(text) == line


def test_the_last_of_several_counts():
    text = "1 passed in 0.01s\nand then\n2 passed in 0.02s\n"

    assert pytest_run.summary_line(text) == "2 passed in 0.02s"


def test_no_last_line_is_empty():
    assert pytest_run.summary_line("INTERNALERROR> boom") == ""


def test_skipped_tests_did_not_run(write):
    report = write(
        "report.xml",
        '<testsuites><testsuite tests="5" skipped="5"/></testsuites>',
    )

    assert pytest_run.count_run(report) == 0


def test_failed_tests_ran(write):
    report = write(
        "report.xml",
        '<testsuites><testsuite tests="5" failures="2" skipped="1"/></testsuites>',
    )

    assert pytest_run.count_run(report) == 4


def test_without_a_report_nothing_ran(tmp_path):
    assert pytest_run.count_run(tmp_path / "report.xml") == 0
