# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What was asked for in a run: the checker's only witness besides what is left."""

import threading
from collections import Counter, defaultdict
from datetime import datetime, timezone


class Ledger:
    """Written by several threads."""

    def __init__(self):
        self._lock = threading.Lock()
        self.outcomes = Counter()  # (kind of operation, done | no answer | refused …)
        self.refusals = Counter()
        self.kills = Counter()
        self.connects = Counter()  # address → how often its owner tried to connect
        # Name of a single session → the starts people asked for, as Odoo writes them.
        self.starts = defaultdict(set)
        # Meeting's number → the starts its host has put it to at Zoom.
        self.starts_at_zoom = defaultdict(set)
        # What hosts made by themselves at Zoom: number → what it was.
        self.own_meetings = {}
        self._history = []

    def done(self, kind, outcome, words=""):
        """Counts one operation."""
        with self._lock:
            self.outcomes[kind, outcome] += 1
            if words:
                self.refusals[kind, words] += 1

    def killed(self, kind):
        """Counts one kill."""
        with self._lock:
            self.kills[kind] += 1

    def connects_now(self, email):
        """Notes that somebody is about to connect, whatever comes of it."""
        with self._lock:
            self.connects[email] += 1

    def asked_for(self, name, start):
        """Notes that somebody wanted the session *name* to start then.

        Also when no answer came: it may have been done.
        """
        with self._lock:
            self.starts[name].add(start)

    def note(self, *facts):
        """Writes a line into the history of the run, for whoever looks for a cause."""
        with self._lock:
            moment = datetime.now(timezone.utc).strftime("%H:%M:%S.%f")
            self._history.append(" ".join([moment, *map(str, facts)]))

    def write_history(self, path):
        """Keeps what was done, in order."""
        path.write_text("\n".join(self._history) + "\n", encoding="utf-8")

    def count(self, outcome):
        """How many operations ended so."""
        with self._lock:
            return sum(n for (_kind, one), n in self.outcomes.items() if one == outcome)

    def of_kind(self, kind):
        """How operations of this kind ended, with their numbers."""
        with self._lock:
            found = {one: n for (what, one), n in self.outcomes.items() if what == kind}
        return dict(sorted(found.items()))
