# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How a test suite ended, what counts as passed, and how that is told."""

import dataclasses
import os

from devtools import cache, chromium, say
from devtools.project import ROOT

_KEPT_LOGS = 20

# Options of pytest that leave tests out.
_SELECTING = {"-k", "-m", "--lf", "--last-failed", "--co", "--collect-only"}


@dataclasses.dataclass
class Result:
    """How one suite ended."""

    suite: str
    summary: str
    problems: list  # sentences; empty means passed
    skipped: str = ""  # what did not run, when that is allowed

    @property
    def passed(self):
        """Whether nothing is wrong with it."""
        return not self.problems


def judged(suite, outcome, options):
    """The :class:`Result` of a pytest run: it must succeed, and run something."""
    problems = []
    if outcome.exit_code:
        problems.append(f"pytest ended with code {outcome.exit_code}.")
    if not outcome.ran and not {"--collect-only", "--co"} & set(options):
        problems.append("No test ran.")
    return Result(suite, outcome.summary, problems)


def merged(suite, results):
    """One :class:`Result` of several runs of a suite."""
    return Result(
        suite,
        "; ".join(result.summary for result in results if result.summary),
        [problem for result in results for problem in result.problems],
        next((result.skipped for result in results if result.skipped), ""),
    )


def targets(options, folders):
    """*options*, with *folders* in front unless they name files themselves."""
    return list(options) if _named_files(options) else [*folders, *options]


def is_selection(options):
    """Whether *options* pick tests: such a run is not meant to check everything."""
    return bool(_SELECTING & set(options) or _named_files(options))


def _named_files(options):
    return [option for option in options if (ROOT / option.split("::")[0]).exists()]


def browser():
    """(path, problem): one of the two is empty."""
    found = chromium.find()
    return found, "" if found else f"no browser was found. {chromium.HOW_TO_GET}"


def in_ci(environ=os.environ):
    """Whether nobody reads warnings, so that they have to be failures."""
    return environ.get("CI", "").lower() in ("1", "true", "yes")


def new_log(name):
    """A file for the Odoo log of this run; old ones are deleted."""
    folder = cache.checkout_folder("logs")
    logs = sorted(folder.glob("*.log"), key=lambda path: path.stat().st_mtime)
    for old in logs[:-_KEPT_LOGS]:
        old.unlink(missing_ok=True)
    log = folder / f"{name}-{os.getpid()}.log"
    log.unlink(missing_ok=True)
    return log


def _verdict(result):
    if not result.passed:
        return "FAILED"
    return "ok" if result.summary else "not run"


def report(results):
    """Prints one line a suite, and last what must not be overlooked."""
    print("\n" + "-" * 88)
    for result in results:
        print(f"{result.suite:>6}  {_verdict(result):7}  {result.summary}")
        for problem in result.problems:
            print(f"{'':>17}{problem}")
    for result in results:
        if result.skipped:
            say.loud(f"{result.suite}: {result.skipped}")
