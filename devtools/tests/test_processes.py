# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
import os
import signal
import subprocess
import sys
import threading

import pytest

from devtools import processes, say

# Starts a child that will not end when asked, tells its pid, and waits.
_STUBBORN = """
import signal, subprocess, sys
child = subprocess.Popen([sys.executable, "-c", '''
import signal
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("ready", flush=True)
signal.pause()
'''], stdout=subprocess.PIPE)
child.stdout.readline()
print("ready", child.pid, flush=True)
signal.pause()
"""


@pytest.fixture
def start(cache_folder, tmp_path):
    """Starts a script as a server; whatever is left of it ends with the test."""
    started = []

    def start_script(script):
        command = [sys.executable, "-c", script]
        server = processes.Server(
            "script", command, tmp_path / "log", dict(os.environ), tmp_path
        )
        started.append(server)
        return server

    yield start_script
    for server in started:
        processes.end_group(server.pid, reap=server.exit_code, grace_s=0)


def _says_ready(server):
    return server.log.read_text().startswith("ready")


def test_a_process_is_told_from_a_later_one_with_its_number():
    start = processes.started_at(os.getpid())

    assert processes.is_same_process(os.getpid(), start)
    assert not processes.is_same_process(os.getpid(), start + 1)


def test_an_ended_process_is_not_running_even_before_its_parent_looks():
    process = subprocess.Popen([sys.executable, "-c", ""])
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)

    assert processes.started_at(process.pid) is None
    process.wait()


def test_nothing_of_a_group_survives_its_end(start):
    server = start(_STUBBORN)
    server.wait_until(lambda: _says_ready(server), 20, "it")
    grandchild = int(server.log.read_text().split()[1])
    assert processes.started_at(grandchild)

    processes.end_group(server.pid, reap=server.exit_code, grace_s=0.1)

    assert processes.started_at(grandchild) is None
    assert server.exit_code() is not None


def test_a_server_that_ends_early_shows_its_last_words(start):
    server = start("raise SystemExit('no such port')")

    with pytest.raises(say.DevError, match="no such port"):
        server.wait_until(lambda: False, 20, "it")


def test_a_server_that_is_never_ready_is_a_failure(start):
    server = start("import signal; signal.pause()")

    with pytest.raises(say.DevError, match="not ready"):
        server.wait_until(lambda: False, 0, "it")


def test_a_stopped_server_is_forgotten(start, cache_folder):
    server = start("import signal; signal.pause()")
    assert list(cache_folder.glob("processes/*.json"))

    server.stop()

    assert not list(cache_folder.glob("processes/*.json"))


def test_what_a_living_dev_started_is_no_orphan(start):
    server = start("import signal; signal.pause()")

    assert processes.end_orphans() == []
    assert server.exit_code() is None


def test_what_a_killed_dev_left_behind_is_ended(start, cache_folder):
    server = start("import signal; signal.pause()")
    [record] = cache_folder.glob("processes/*.json")
    content = json.loads(record.read_text())
    record.write_text(json.dumps({**content, "owner_start": 0}))

    assert processes.end_orphans() == ["script"]
    assert server.exit_code() == -signal.SIGTERM


def test_a_number_used_again_by_a_stranger_is_left_alone(start, cache_folder):
    server = start("import signal; signal.pause()")
    [record] = cache_folder.glob("processes/*.json")
    content = json.loads(record.read_text())
    record.write_text(json.dumps({**content, "start": 0}))

    assert processes.end_all() == []
    assert server.exit_code() is None


def test_who_started_something_is_known(start):
    start("import signal; signal.pause()")

    assert processes.owners() == {os.getpid()}


def test_another_process_ends_when_asked(tmp_path):
    script = "import signal; print('ready', flush=True); signal.pause()"
    process = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE)
    process.stdout.readline()

    processes.ask_to_end({process.pid, os.getpid()})

    assert process.wait(timeout=20) == -signal.SIGTERM
    process.stdout.close()


def test_signals_wait_until_things_are_put_away():
    received = []
    before = signal.signal(signal.SIGHUP, lambda *_: received.append("hang up"))
    done = threading.Event()
    another = threading.Thread(target=done.wait)  # the kernel may choose it
    another.start()
    try:
        with processes.undisturbed():
            os.kill(os.getpid(), signal.SIGHUP)
            assert received == []
        assert received == ["hang up"]
    finally:
        done.set()
        another.join()
        signal.signal(signal.SIGHUP, before)
