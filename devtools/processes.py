# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Starts servers as process groups, and ends all of a group, whatever happens.

Every started group is written down in the cache with the ``./dev`` that owns it. So
``./dev stop`` finds it, and the next ``./dev`` ends what a killed one left behind.
"""

import contextlib
import json
import os
import signal
import subprocess
import time
from pathlib import Path

from devtools import cache, say

_TERM_GRACE_S = 15


def started_at(pid):
    """When the process *pid* started, in ticks since boot; ``None`` once it ended.

    Together with the pid it names one process for good: pids are used again.
    Source: proc(5), field 22 of ``/proc/PID/stat``.
    """
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    # The second field, a name in parentheses, may itself hold spaces and parentheses.
    fields = stat.rpartition(")")[2].split()
    state, start = fields[0], fields[19]
    return None if state in "ZX" else int(start)


def ancestors(pid):
    """The pids of the parent of *pid*, its parent, and so on.

    Source: proc(5), field 4 of ``/proc/PID/stat``.
    """
    found = []
    while pid > 1:
        try:
            stat = Path(f"/proc/{pid}/stat").read_text(errors="replace")
        except OSError:
            break
        pid = int(stat.rpartition(")")[2].split()[1])
        found.append(pid)
    return found


def is_same_process(pid, start):
    """Whether *pid* is alive and still the process that started at *start*."""
    return start is not None and started_at(pid) == start


@contextlib.contextmanager
def undisturbed():
    """Puts off signals that would end us while things are being put away.

    Not by a signal mask: that is one thread's, and the kernel takes another thread.
    Only the main thread may call this.
    """
    came = []
    ending = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {
        one: signal.signal(one, lambda n, _frame: came.append(n)) for one in ending
    }
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler or signal.SIG_DFL)
        for number in came:
            signal.raise_signal(number)


class Server:
    """A program running in the background, with its output in a log file."""

    def __init__(self, name, command, log, env, cwd):
        self.name = name
        self.log = Path(log)
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as output:
            self._process = subprocess.Popen(
                [str(word) for word in command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=env,
                cwd=cwd,
                start_new_session=True,
            )
        self._record = write_record(name, self._process.pid)

    @property
    def pid(self):
        """The pid, which is also the process group."""
        return self._process.pid

    def exit_code(self):
        """The exit code, or ``None`` while it runs."""
        return self._process.poll()

    def wait_until(self, is_ready, seconds, what):
        """Returns once ``is_ready()`` is true.

        :raises DevError: it ended or did not get ready within *seconds*.
        """
        deadline = time.monotonic() + seconds
        while True:
            # Asked before: what it did until its very end counts.
            code = self.exit_code()
            if is_ready():
                return
            if code is not None:
                raise self._not_ready(f"{what} ended with code {code}")
            if time.monotonic() > deadline:
                raise self._not_ready(f"{what} was not ready after {seconds} s")
            time.sleep(0.05)

    def _not_ready(self, problem):
        tail = last_lines(self.log, 25)
        return say.DevError(f"{problem}. Its last lines:\n{tail}", f"Read {self.log}.")

    def kill(self):
        """Ends the whole group at once."""
        end_group(self.pid, reap=self._process.poll, grace_s=0, first=signal.SIGKILL)
        self._process.wait()
        self._record.unlink(missing_ok=True)

    def stop(self, grace_s=_TERM_GRACE_S):
        """Ends the whole group: asks first, then kills what is left after *grace_s*."""
        end_group(self.pid, reap=self._process.poll, grace_s=grace_s)
        self._process.wait()
        self._record.unlink(missing_ok=True)


def last_lines(path, count):
    """The last *count* lines of the text file *path*, or a word that there is none."""
    try:
        lines = Path(path).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return "(no log)"
    return "\n".join(lines[-count:]) or "(the log is empty)"


def end_group(group, reap=lambda: None, grace_s=_TERM_GRACE_S, first=signal.SIGTERM):
    """Asks the process group to end, kills what is left after *grace_s*.

    *reap* is called while waiting, so that our own ended children are not taken for
    living ones.
    """
    for number, patience_s in ((first, grace_s), (signal.SIGKILL, 5)):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(group, number)
        deadline = time.monotonic() + patience_s
        while time.monotonic() < deadline:
            reap()
            if not _group_lives(group):
                reap()
                return
            time.sleep(0.05)


def _group_lives(group):
    return any(_group_of(pid) == group for pid in _all_pids())


def _all_pids():
    return [int(name) for name in os.listdir("/proc") if name.isdigit()]


def _group_of(pid):
    """The process group of *pid* while it runs, else ``None``."""
    if started_at(pid) is None:
        return None
    try:
        return os.getpgid(pid)
    except ProcessLookupError:
        return None


def _records_folder():
    return cache.folder("processes")


def write_record(name, pid):
    """Notes that we started the group *pid*; gives the file to delete afterwards."""
    record = _records_folder() / f"{pid}.json"
    content = {
        "name": name,
        "pid": pid,
        "start": started_at(pid),
        "owner": os.getpid(),
        "owner_start": started_at(os.getpid()),
    }
    cache.write_atomically(record, json.dumps(content))
    return record


def end_orphans():
    """Ends what a ``./dev`` that is gone left running; returns the names."""
    return _end_recorded(lambda record: not _owner_lives(record))


def end_all():
    """Ends every server that was started from this cache; returns the names."""
    return _end_recorded(lambda record: True)


def owners():
    """The pids of the living processes that started what runs."""
    records = [
        json.loads(path.read_text()) for path in _records_folder().glob("*.json")
    ]
    return {record["owner"] for record in records if _owner_lives(record)}


def ask_to_end(pids, patience_s=30):
    """Asks other processes to end and waits until they have, or patience is over."""
    asked = {pid: started_at(pid) for pid in pids if pid != os.getpid()}
    for pid in asked:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + patience_s
    while time.monotonic() < deadline:
        if not any(is_same_process(pid, start) for pid, start in asked.items()):
            return
        time.sleep(0.05)


def _owner_lives(record):
    return is_same_process(record["owner"], record["owner_start"])


def _end_recorded(is_wanted):
    names = []
    for path in sorted(_records_folder().glob("*.json")):
        record = json.loads(path.read_text(encoding="utf-8"))
        if not is_wanted(record):
            continue
        if is_same_process(record["pid"], record["start"]):
            end_group(record["pid"])
            names.append(record["name"])
        path.unlink(missing_ok=True)
    return names
