# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The test suites: unit, odoo, e2e, and Odoo's own calendar suite."""

import dataclasses
import os
import shutil

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
    python_env,
    say,
    toolchain,
)
from devtools.project import ROOT

ALL = ("unit", "odoo", "e2e")

_PLAIN = ("-p", "no:odoo")
_KEPT_LOGS = 20


@dataclasses.dataclass
class Result:
    """How one suite ended."""

    suite: str
    summary: str
    problems: list  # sentences; empty means passed
    skipped: str = ""  # why it did not run, when that is allowed

    @property
    def passed(self):
        """Whether nothing is wrong with it."""
        return not self.problems


def run(names, options):
    """Runs the suites in turn, prints the result of all; the exit code."""
    results = [_SUITES[name](list(options)) for name in names]
    _report(results)
    return 0 if all(result.passed for result in results) else 1


def unit(options):
    """Plain pytest over everything that needs no Odoo."""
    folders = ["tests/unit", "zoom_simulator/tests", "devtools/tests"]
    present = [folder for folder in folders if (ROOT / folder).is_dir()]
    say.step("Unit tests (no Odoo)")
    env = python_env.environment((project.SIMULATOR_SOURCE,))
    words = [*_PLAIN, "-o", "faulthandler_timeout=60", *_targets(options, present)]
    return _judged("unit", pytest_run.run(python_env.ensure(), words, env), options)


def odoo(options):
    """pytest-odoo over the addons' own tests, on a copy of an updated database."""
    browser, problem = _browser()
    if problem and _in_ci():
        return Result("odoo", "", [problem])
    with toolchain.opened() as tools:
        template = databases.prepared(tools, "test", with_demo=False)
        stale = po_template.differences(tools, template)
        folders = [addon / "tests" for addon in project.addons()]
        present = [folder.relative_to(ROOT) for folder in folders if folder.is_dir()]
        say.step("Odoo tests")
        targets = _targets(options, present)
        result = _pytest_odoo("odoo", tools, template, targets, browser, options)
    result.problems.extend(stale)
    if problem:
        result.skipped = f"Its browser tours were skipped: {problem}"
    return result


def e2e(options):
    """Playwright over real processes, which the tests start (``devtools.stack``)."""
    browser, problem = _browser()
    if problem:
        return Result("e2e", "not run", [problem] if _in_ci() else [], skipped=problem)
    with toolchain.opened() as tools:
        # Made here, so that no test's time limit has to cover it.
        databases.prepared(tools, "demo", with_demo=True)
        say.step("End-to-end tests")
        env = python_env.environment(
            (project.SIMULATOR_SOURCE,),
            ODOO_SOURCE=str(tools.source.python_path),
            CHROME_BIN=browser,
            **_named_server_variables(),
        )
        words = [*_PLAIN, *_targets(options, ["tests/e2e"])]
        outcome = pytest_run.run(tools.python, words, env)
    return _judged("e2e", outcome, options)


def core(options):
    """Odoo's own calendar suite with our addons installed.

    ``--compare`` runs it without them as well and demands the same number of tests.

    Odoo's runner would run most of these tests while it loads ``calendar``, when our
    addons are not loaded yet; under pytest all of them meet our addons.
    """
    is_compared = "--compare" in options
    options = [option for option in options if option != "--compare"]
    browser, problem = _browser()
    if problem:
        return Result("core", "", [problem])
    with toolchain.opened() as tools:
        ours = databases.prepared(tools, "test", with_demo=False)
        result = _core_run(tools, ours, "core", browser, options)
        if is_compared:
            bare = databases.foundation(tools, with_demo=False)
            other = _core_run(tools, bare, "core-without", browser, options)
            result = _compared(result, other)
    return result


def _core_run(tools, template, name, browser, options):
    addons = next(
        path for path in tools.source.addons_paths if (path / "calendar").is_dir()
    )
    with_or_without = "without" if name.endswith("without") else "with"
    say.step(f"Odoo's calendar suite {with_or_without} our addons")
    targets = _targets(options, [addons / "calendar" / "tests"])
    # Its own rules, not ours: no configuration of this repository.
    rootdir = ["-c", os.devnull, f"--rootdir={addons}", "-p", "no:cacheprovider"]
    return _pytest_odoo(name, tools, template, [*rootdir, *targets], browser, options)


def _compared(with_ours, without):
    with_ours.problems.extend(
        f"Without our addons: {text}" for text in without.problems
    )
    counts = [_counts(result.summary) for result in (with_ours, without)]
    if counts[0] != counts[1]:
        with_ours.problems.append(
            f"With our addons: “{with_ours.summary}”; without: “{without.summary}”."
        )
    with_ours.summary += f" (without our addons: {without.summary})"
    return with_ours


def _counts(summary):
    """The part of pytest's last line before the time it took."""
    return summary.rpartition(" in ")[0]


_SUITES = {"unit": unit, "odoo": odoo, "e2e": e2e, "core": core}


def write_templates():
    """Writes each addon's ``.pot`` anew; the exit code."""
    with toolchain.opened() as tools:
        template = databases.prepared(tools, "test", with_demo=False)
        for path in po_template.write(tools, template):
            print(path.relative_to(ROOT))
    return 0


def _pytest_odoo(name, tools, template, words, browser, options):
    log = _new_log(name)
    with databases.copy_of(tools, template, name.replace("-", "_")) as database:
        conf = cache.checkout_folder("conf") / f"{database}.conf"
        odoo_server.write_configuration(
            conf,
            tools,
            db_name=database,
            logfile=log,
            screenshots=cache.checkout_folder("screenshots"),
        )
        env = tools.environment()
        if browser:
            env["PATH"] = chromium.path_with(browser)
        own = [f"--odoo-config={conf}", f"--odoo-database={database}", "--odoo-http"]
        level = ["--odoo-log-level=info"]
        outcome = pytest_run.run(tools.python, [*own, *level, *words], env)
        conf.unlink()
    result = _judged(name, outcome, options)
    if name == "odoo":
        _judge_log(result, log)
    if not result.passed:
        tail = processes.last_lines(log, 40)
        print(f"\nThe end of Odoo's log ({log}):\n{tail}", flush=True)
    return result


def _judge_log(result, log):
    text = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
    entries = odoo_log.serious_entries(text)
    for entry in entries:
        print(f"\nUnexpected in Odoo's log:\n{entry}", flush=True)
    errors = [entry for entry in entries if odoo_log.is_error(entry)]
    if errors:
        result.problems.append(
            f"{len(errors)} unexpected errors in Odoo's log (shown above); a test that "
            "wants one mutes its logger."
        )


def _judged(name, outcome, options):
    problems = []
    if outcome.exit_code:
        problems.append(f"pytest ended with code {outcome.exit_code}.")
    if not outcome.ran and not {"--collect-only", "--co"} & set(options):
        problems.append("No test ran.")
    return Result(name, outcome.summary, problems)


def _targets(options, folders):
    """*options*, with *folders* in front unless they name files themselves."""
    named = [option for option in options if (ROOT / option.split("::")[0]).exists()]
    return list(options) if named else [*folders, *options]


def _browser():
    """(path, problem): one of the two is empty."""
    found = chromium.find()
    return found, "" if found else f"no browser was found. {chromium.HOW_TO_GET}"


def _in_ci():
    return os.environ.get("CI", "").lower() in ("1", "true", "yes")


def _named_server_variables():
    """The user's ``PG*`` variables: tests that start servers must find the same one."""
    return {name: value for name, value in os.environ.items() if name.startswith("PG")}


def _new_log(name):
    folder = cache.checkout_folder("logs")
    logs = sorted(folder.glob("*.log"), key=lambda path: path.stat().st_mtime)
    for old in logs[:-_KEPT_LOGS]:
        old.unlink(missing_ok=True)
    log = folder / f"{name}-{os.getpid()}.log"
    log.unlink(missing_ok=True)
    return log


def _report(results):
    width = shutil.get_terminal_size().columns
    print("\n" + "-" * min(width, 88))
    for result in results:
        verdict = "ok" if result.passed else "FAILED"
        print(f"{result.suite:>6}  {verdict:6}  {result.summary}")
        for problem in result.problems:
            print(f"{'':>16}{problem}")
    for result in results:
        if result.skipped:
            say.loud(f"{result.suite}: {result.skipped}")


def is_suite(word):
    """Whether *word* names a suite."""
    return word in _SUITES
