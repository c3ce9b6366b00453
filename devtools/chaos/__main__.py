# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""``python -m devtools.chaos``: one run, started by ``./dev chaos``."""

import argparse
import json
import secrets
import sys

from devtools import say
from devtools.chaos.run import Options, run


def main():
    """Runs and reports; the exit code."""
    parser = argparse.ArgumentParser(prog="./dev chaos")
    parser.add_argument("--operations", type=int, default=300)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6))
    parser.add_argument("--faults", type=float, default=20, help="percent of calls")
    parser.add_argument("--workers", type=int, default=2, help="HTTP workers of Odoo")
    parser.add_argument("--json", action="store_true", help="only the JSON line")
    words = parser.parse_args()
    options = Options(
        words.operations, words.seed, words.faults, words.workers, quiet=words.json
    )
    try:
        outcome = run(options)
    except say.DevError as error:
        say.failure(error)
        return 1
    if not options.quiet:
        for (kind, words), count in outcome.refusals:
            print(f"refused {count} × {kind}: {words}", file=sys.stderr)
    for sentence in outcome.findings.sentences():
        print(sentence, file=sys.stderr)
    print(json.dumps(outcome.figures))
    return 0 if outcome.findings.is_clean() else 1


if __name__ == "__main__":
    sys.exit(main())
