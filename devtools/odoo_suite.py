# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""pytest-odoo on throw-away copies of prepared databases.

Addons that need queue_job have a database of their own, which has it: all others are
tested without.
"""

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
    merged,
    new_log,
    targets,
)

# Attacks on the addons, and our own tools that work inside Odoo.
_FURTHER = [ROOT / "tests" / "security", ROOT / "tests" / "tools"]


def run(options):
    """The addons' tests and attacks on them, after updating them in the database."""
    found, problem = browser()
    if problem and in_ci():
        return Result("odoo", "", [problem])
    with toolchain.opened() as tools:
        results = [
            one_pass(tools, options, found)
            for one_pass in _passes_for(options, [_without_queue, _with_queue])
        ]
    result = merged("odoo", results)
    if problem:
        result.skipped = f"its browser tours were skipped: {problem}"
    return result


def _passes_for(options, both):
    """Those of the two passes that *options* mean: a file or a choice means one."""
    if not is_selection(options):
        return both
    folders = [addon.name for addon in project.optional_addons()]
    is_queue = any(word.split("/")[0] in folders for word in options)
    return [both[is_queue]]


def _without_queue(tools, options, found):
    template = databases.prepared(tools, "test", with_demo=False)
    folders = [addon / "tests" for addon in project.addons()] + _FURTHER
    say.step("Odoo tests")
    result = _pass(tools, template, options, found, ("odoo", folders))
    if not is_selection(options):
        # What the demo data is called is translated, too.
        demo = databases.prepared(tools, "demo", with_demo=True)
        stale = po_template.differences(tools, demo, project.addons())
        result.problems.extend(stale)
    return result


def _with_queue(tools, options, found):
    tools = tools.with_queue()
    template = databases.with_queue(tools, "test", with_demo=False)
    addons = project.optional_addons()
    folders = [addon / "tests" for addon in addons]
    say.step("Odoo tests with queue_job")
    result = _pass(tools, template, options, found, ("queue", folders))
    if not is_selection(options):
        result.problems.extend(po_template.differences(tools, template, addons))
    return result


def _pass(tools, template, options, found, what):
    """One run of pytest-odoo, with a look at its log."""
    name, folders = what
    present = [folder.relative_to(ROOT) for folder in folders if folder.is_dir()]
    words = targets(options, present)
    result, log = on_copy(tools, template, words, found, (name, options))
    _judge_log(result, log)
    return result


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
    # No job is done behind a test's back (queue_job: "root:0" starts no runner).
    env["ODOO_QUEUE_JOB_CHANNELS"] = "root:0"
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
