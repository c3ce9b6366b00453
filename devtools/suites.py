# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Which suites there are, and running several."""

import os

from devtools import (
    axe,
    beside,
    core_suite,
    databases,
    odoo_suite,
    po_template,
    project,
    pytest_run,
    python_env,
    say,
    toolchain,
)
from devtools.project import ROOT
from devtools.suite_result import (
    Result,
    browser,
    in_ci,
    judged,
    merged,
    report,
    targets,
)

ALL = ("unit", "odoo", "e2e")
_WAITING = "e2e"

_PLAIN = ("-p", "no:odoo")
_UNIT_FOLDERS = (
    "tests/unit",
    "tests/chaos",
    "zoom_simulator/tests",
    "devtools/tests",
)

# Plain tests take milliseconds; one that takes two minutes waits for ever.
_UNIT_LIMIT = ("-o", "faulthandler_timeout=120")


def run(names, options):
    """Runs the suites, prints the result of all; the exit code.

    In turn; but the one that mostly waits for browsers and servers beside the others,
    and after them what has to have the database server for itself.
    """
    if len(names) > 1 and beside.is_possible(options):
        others = [name for name in names if name != _WAITING]
        shared, alone = ([*options, "-m", mark] for mark in ("not alone", "alone"))
        with beside.started(_WAITING, shared) as result_of_waiting:
            results = [_run(name, list(options)) for name in others]
            found = result_of_waiting()
        results.append(merged(_WAITING, [found, _run(_WAITING, alone)]))
    else:
        results = [_run(name, list(options)) for name in names]
    report(results)
    return 0 if all(result.passed for result in results) else 1


def is_suite(word):
    """Whether *word* names a suite."""
    return word in _SUITES


def _run(name, options):
    """One suite's result. What keeps it from running does not stop the others."""
    try:
        return _SUITES[name](options)
    except say.DevError as error:
        say.failure(error)
        return Result(name, "", [error.problem.splitlines()[0]])


def unit(options):
    """Plain pytest over everything that needs no Odoo."""
    present = [folder for folder in _UNIT_FOLDERS if (ROOT / folder).is_dir()]
    say.step("Unit tests (no Odoo)")
    env = python_env.environment((project.SIMULATOR_SOURCE,))
    words = [*_PLAIN, *_UNIT_LIMIT, *targets(options, present)]
    return judged("unit", pytest_run.run(python_env.ensure(), words, env), options)


def e2e(options):
    """Playwright over real processes, which the tests start (``devtools.stack``)."""
    found, problem = browser()
    if problem:
        return Result("e2e", "", [problem] if in_ci() else [], skipped=problem)
    with toolchain.opened() as tools:
        # Made here, so that no test's time limit has to cover it.
        databases.prepared(tools, "demo", with_demo=True)
        say.step("End-to-end tests")
        script, no_axe = axe.script()
        env = python_env.environment(
            (project.SIMULATOR_SOURCE,),
            ODOO_SOURCE=str(tools.source.python_path),
            CHROME_BIN=found,
            AXE_SCRIPT=str(script),
            **_named_server_variables(),
        )
        words = [*_PLAIN, *targets(options, ["tests/e2e", "tests/races"])]
        outcome = pytest_run.run(tools.python, words, env)
    result = judged("e2e", outcome, options)
    if no_axe and in_ci():
        result.problems.append(no_axe)
    result.skipped = no_axe
    return result


_SUITES = {"unit": unit, "odoo": odoo_suite.run, "e2e": e2e, "core": core_suite.run}


def write_templates():
    """Writes each addon's ``.pot`` anew, demo data included; the exit code."""
    with toolchain.opened() as tools:
        demo = databases.prepared(tools, "demo", with_demo=True)
        written = po_template.write(tools, demo, project.addons())
        tools = tools.with_queue()
        template = databases.with_queue(tools, "test", with_demo=False)
        written += po_template.write(tools, template, project.optional_addons())
        for path in written:
            print(path.relative_to(ROOT))
    return 0


def _named_server_variables():
    """The user's ``PG*`` variables: tests that start servers must find the same one."""
    return {name: value for name, value in os.environ.items() if name.startswith("PG")}
