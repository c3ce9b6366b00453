# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""pytest-odoo on a throw-away copy of a prepared database."""

from devtools import (
    cache,
    chromium,
    databases,
    odoo_log,
    odoo_server,
    po_template,
    processes,
    project,
    pytest_run,
    say,
    toolchain,
)
from devtools.project import ROOT
from devtools.suite_result import (
    Result,
    browser,
    in_ci,
    is_selection,
    judged,
    new_log,
    targets,
)

_ATTACKS = ROOT / "tests" / "security"


def run(options):
    """The addons' tests and attacks on them, after updating them in the database."""
    found, problem = browser()
    if problem and in_ci():
        return Result("odoo", "", [problem])
    with toolchain.opened() as tools:
        template = databases.prepared(tools, "test", with_demo=False)
        stale = [] if is_selection(options) else _stale_templates(tools)
        folders = [addon / "tests" for addon in project.addons()] + [_ATTACKS]
        present = [folder.relative_to(ROOT) for folder in folders if folder.is_dir()]
        say.step("Odoo tests")
        words = targets(options, present)
        result, log = on_copy(tools, template, words, found, ("odoo", options))
    _judge_log(result, log)
    result.problems.extend(stale)
    if problem:
        result.skipped = f"its browser tours were skipped: {problem}"
    return result


def _stale_templates(tools):
    """What the demo data is called is translated, too."""
    demo = databases.prepared(tools, "demo", with_demo=True)
    return po_template.differences(tools, demo)


def on_copy(tools, template, words, browser_path, suite):
    """Runs pytest-odoo with *words* on a copy of *template*.

    *suite* is its name and the user's options. Returns the result, and Odoo's log.
    """
    name, options = suite
    log = new_log(name)
    with databases.copy_of(tools, template, name) as database:
        conf = cache.checkout_folder("conf") / f"{database}.conf"
        odoo_server.write_configuration(
            conf,
            tools,
            db_name=database,
            logfile=log,
            screenshots=cache.checkout_folder("screenshots"),
        )
        env = environment(tools, browser_path)
        own = [f"--odoo-config={conf}", f"--odoo-database={database}", "--odoo-http"]
        level = ["--odoo-log-level=info"]
        outcome = pytest_run.run(tools.python, [*own, *level, *words], env)
        conf.unlink()
    result = judged(name, outcome, options)
    if not result.passed:
        tail = processes.last_lines(log, 40)
        print(f"\nThe end of Odoo's log ({log}):\n{tail}", flush=True)
    return result, log


def environment(tools, browser_path):
    """Odoo's environment, in which its test harness finds the browser."""
    env = tools.environment()
    if browser_path:
        env["PATH"] = chromium.path_with(browser_path)
    return env


def _judge_log(result, log):
    text = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
    entries = odoo_log.serious_entries(text)
    for count, entry in odoo_log.alike(entries):
        print(f"\nUnexpected in Odoo's log, {count} times:\n{entry}", flush=True)
    errors = [entry for entry in entries if odoo_log.is_error(entry)]
    if errors:
        result.problems.append(
            f"{len(errors)} unexpected errors in Odoo's log (shown above); a test that "
            "wants one mutes its logger."
        )
