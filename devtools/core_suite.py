# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Odoo's own calendar tests with our addons installed."""

import os
import re

from devtools import databases, odoo_server, odoo_suite, processes, say, toolchain
from devtools.cache import checkout_folder
from devtools.ports import free_ports
from devtools.suite_result import Result, browser, new_log, targets

_MODULE = "calendar"
_STATISTICS = re.compile(rf"odoo\.tests\.stats: {_MODULE}: (\d+) tests")
_RESULT = re.compile(r"(\d+) failed, (\d+) error\(s\) of (\d+) tests")


def run(options):
    """Runs them twice: in the full registry, and as Odoo's runner does it.

    Odoo's runner executes most of them while it loads ``calendar``: our columns are
    in the database, our code is not loaded yet. Under pytest all of them meet our
    code. ``--compare`` repeats both without our addons and demands the same numbers.
    """
    is_compared = "--compare" in options
    options = [option for option in options if option != "--compare"]
    found, problem = browser()
    if problem:
        return Result("core", "", [problem])
    with toolchain.opened() as tools:
        ours = databases.prepared(tools, "test", with_demo=False)
        result = _both_ways(tools, ours, "with our addons", found, options)
        if is_compared and result.passed:
            bare = databases.foundation(tools, with_demo=False)
            other = _both_ways(tools, bare, "without our addons", found, options)
            result = compared(result, other)
    return result


def compared(ours, bare):
    """The first result, with a problem when the second one ran other tests."""
    problems = [f"Without our addons: {text}" for text in bare.problems]
    if without_times(ours.summary) != without_times(bare.summary):
        problems.append(f"With our addons: {ours.summary}; without: {bare.summary}.")
    else:
        ours.summary += "; the same without our addons"
    ours.problems.extend(problems)
    return ours


def without_times(summary):
    """*summary* without how long it took."""
    return re.sub(r" in \d[\d.]*s( \([\d:]+\))?", "", summary)


def _both_ways(tools, template, label, browser_path, options):
    say.step(f"Odoo's {_MODULE} tests {label}, in the full registry")
    parents = tools.source.addons_paths
    addons = next(path for path in parents if (path / _MODULE).is_dir())
    words = targets(options, [addons / _MODULE / "tests"])
    # Odoo's files are tested by Odoo's rules: no configuration of this repository.
    bare = ["-c", os.devnull, f"--rootdir={addons}", "-p", "no:cacheprovider"]
    result, _log = odoo_suite.on_copy(
        tools, template, [*bare, *words], browser_path, ("core", options)
    )
    if result.passed and not options:
        counted, problems = _odoo_runner(tools, template, label, browser_path)
        result.summary += f"; Odoo's runner: {counted}"
        result.problems.extend(problems)
    return result


def _odoo_runner(tools, template, label, browser_path):
    """What Odoo's runner counted, in words, and what is wrong with that."""
    log = new_log("core-runner")
    with databases.copy_of(tools, template, "core") as database:
        conf = checkout_folder("conf") / f"{database}.conf"
        odoo_server.write_configuration(conf, tools, http_port=free_ports(1)[0])
        words = ["-u", _MODULE, "--test-tags", f"/{_MODULE}", "--stop-after-init"]
        command = tools.command("server", conf, database, *words)
        try:
            odoo_server.run_to_end(
                command,
                tools,
                log,
                f"Odoo's {_MODULE} tests {label}, by Odoo's runner",
                env=odoo_suite.environment(tools, browser_path),
            )
        except say.DevError as error:
            return "failed", [error.problem]
        finally:
            conf.unlink()
    return counted(processes.last_lines(log, 200))


def counted(text):
    """(words, problems) from the end of the runner's log."""
    match = _RESULT.search(text)
    if not match:
        return "no result", ["Odoo's runner reported no result."]
    failed, errors, ran = map(int, match.groups())
    problems = [] if ran else ["Odoo's runner ran no test."]
    if failed or errors:
        problems.append(f"Odoo's runner: {match.group(0)}.")
    if problems:
        return match.group(0), problems
    # Odoo's statistics count set-ups and subtests as well.
    all_parts = _STATISTICS.search(text)
    parts = f" ({all_parts.group(1)} with set-ups and subtests)" if all_parts else ""
    return f"{ran} passed{parts}", problems
