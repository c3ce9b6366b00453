# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The words after ``./dev``."""

import argparse
import os
import signal
import sys

from devtools import cache, processes, say

_HELP = """\
./dev run [--workers N] [--port P] [--queue]
                                     Odoo with demo data, a simulated Zoom beside it;
                                     with --queue Zoom is told by OCA's queue_job
./dev test [SUITE] [pytest options]  unit, odoo, e2e (all three without a word), or core
./dev chaos [--operations N] [--seed S] [--faults PERCENT] [--workers W] [--json]
                                     faults and kills at random, then a check of what
                                     is left; fails when anything is lost or doubled
./dev bench [NAME] [--json] [--rounds N] [--table]
                                     benchmarks/bench_NAME.py; without NAME all of them,
                                     and their table in benchmarks/README.md
./dev bench drain --queue [--json]   the same by jobs of queue_job, with 1 and 2 servers
./dev lint                           every check that needs no database
./dev shell                          Odoo's Python shell on the database of ./dev run
./dev i18n                           write each addon's .pot anew
./dev stop                           end everything ./dev started
./dev clean                          stop, then delete the cache folder
./dev help                           this text

Without a word the end-to-end tests run beside the others, where there are two cores;
what they print comes last. test core runs Odoo's own calendar tests with the addons
installed; with --compare also without them.

Everything fetched or built lives in {cache} (PSYNAMICA_CACHE names another folder).
ODOO_SOURCE names an Odoo 19 checkout to use, ODOO_GIT_URL a mirror to clone, PGHOST,
PGPORT, PGUSER and PGPASSWORD a PostgreSQL server, CHROME_BIN a browser.
"""


def main(words):
    """Does what *words* ask for; the exit code."""
    signal.signal(signal.SIGTERM, _leave)
    signal.signal(signal.SIGHUP, _leave)
    command, rest = (words[0], words[1:]) if words else ("help", [])
    action = _COMMANDS.get(command)
    if action is None:
        print(f"./dev knows no “{command}”.\n", file=sys.stderr)
        _help([])
        return 2
    try:
        return action(rest)
    except say.DevError as error:
        say.failure(error)
        return 1
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130


def _leave(number, _frame):
    """A polite end from outside runs the same clean-up as Ctrl-C."""
    raise SystemExit(128 + number)


def _help(_words):
    print(_HELP.format(cache=cache.root()), end="")
    return 0


def _run(words):
    from devtools import run

    parser = argparse.ArgumentParser(prog="./dev run")
    parser.add_argument("--workers", type=int, default=0, help="prefork with N workers")
    parser.add_argument("--port", type=int, default=8069, help="Odoo's port")
    parser.add_argument("--queue", action="store_true", help="with the addon queue_job")
    options = parser.parse_args(words)
    processes.end_orphans()
    return run.run(options.port, options.workers, options.queue)


def _test(words):
    from devtools import suites

    processes.end_orphans()
    if words and suites.is_suite(words[0]):
        return suites.run([words[0]], words[1:])
    if words and not words[0].startswith("-") and not os.path.exists(words[0]):
        print(
            f"There is no suite “{words[0]}”: unit, odoo, e2e or core.", file=sys.stderr
        )
        return 2
    return suites.run(suites.ALL, words)


def _bench(words):
    from devtools import bench

    parser = argparse.ArgumentParser(prog="./dev bench")
    parser.add_argument("name", nargs="?", help="NAME of benchmarks/bench_NAME.py")
    parser.add_argument("--json", action="store_true", help="only the JSON lines")
    parser.add_argument("--rounds", type=int, help="how often it is measured")
    parser.add_argument("--table", action="store_true", help="write it into the table")
    parser.add_argument(
        "--queue", action="store_true", help="by jobs, on one host and on two"
    )
    options = parser.parse_args(words)
    name = f"{options.name or 'drain'}_queue" if options.queue else options.name
    return bench.run(name, options.json, options.rounds, options.table)


def _chaos(words):
    from devtools.chaos import command

    processes.end_orphans()
    return command.run(words)


def _lint(_words):
    from devtools import lint

    return lint.run()


def _shell(words):
    from devtools import run

    return run.shell(words)


def _i18n(_words):
    from devtools import suites

    return suites.write_templates()


def _stop(_words):
    from devtools import postgres

    # Those who run something put it away themselves when asked.
    asked = processes.owners() | postgres.users()
    processes.ask_to_end(asked)
    names = processes.end_all()
    names += ["./dev"] if asked - {os.getpid()} else []
    if postgres.stop():
        names.append("PostgreSQL")
    print(f"Stopped: {', '.join(names)}." if names else "Nothing was running.")
    return 0


def _clean(_words):
    from devtools import postgres

    _stop([])
    postgres.remove()
    folder = cache.root()
    cache.remove()
    print(f"Deleted {folder}.")
    return 0


_COMMANDS = {
    "run": _run,
    "test": _test,
    "chaos": _chaos,
    "bench": _bench,
    "lint": _lint,
    "shell": _shell,
    "i18n": _i18n,
    "stop": _stop,
    "clean": _clean,
    "help": _help,
    "--help": _help,
    "-h": _help,
}
