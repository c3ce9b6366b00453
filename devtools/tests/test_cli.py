# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
import os
import subprocess
import sys

import pytest

from devtools import bench, chromium, cli, simulator, zoom_app
from devtools.project import ROOT


def _dev(*words):
    return subprocess.run(
        [sys.executable, ROOT / "dev", *words],
        capture_output=True,
        text=True,
        env={**os.environ},
    )


def test_help_names_every_command(cache_folder):
    told = _dev("help").stdout

    missing = [name for name in cli._COMMANDS if name.isalpha() and name not in told]
    assert missing == []


def test_an_unknown_word_is_refused(cache_folder):
    answer = _dev("tset")

    assert answer.returncode == 2
    assert "tset" in answer.stderr


def test_an_unknown_suite_is_refused(cache_folder):
    answer = _dev("test", "unti")

    assert answer.returncode == 2
    assert "unti" in answer.stderr


def test_stop_with_nothing_running_says_so(cache_folder):
    answer = _dev("stop")

    assert (answer.returncode, answer.stdout) == (0, "Nothing was running.\n")


def test_clean_deletes_the_cache(cache_folder):
    (cache_folder / "odoo").mkdir(parents=True)

    assert _dev("clean").returncode == 0
    assert not cache_folder.exists()


def test_an_unknown_benchmark_is_refused(cache_folder):
    answer = _dev("bench", "of_nothing")

    assert answer.returncode == 1
    assert "of_nothing" in answer.stderr


def test_benchmarks_are_found_by_their_names(write, tmp_path):
    write("benchmarks/bench_slots.py")
    write("benchmarks/common.py")

    assert bench.available(tmp_path) == ["slots"]


def test_the_named_browser_is_the_only_one_looked_for(monkeypatch, tmp_path):
    monkeypatch.setenv("CHROME_BIN", str(tmp_path / "nothing"))

    assert chromium.find() is None


def test_odoo_finds_the_browser_under_a_name_it_knows(cache_folder, tmp_path):
    browser = tmp_path / "my-browser"
    browser.touch()

    first = chromium.path_with(browser).split(os.pathsep)[0]

    assert os.path.realpath(os.path.join(first, "google-chrome")) == str(browser)


def test_the_made_up_zoom_app_stays_the_same(cache_folder):
    first = zoom_app.credentials()

    assert zoom_app.credentials() == first
    assert len(set(first.values())) == 3


def test_its_digest_tells_nothing_about_it(cache_folder):
    values = zoom_app.credentials().values()

    assert not any(value[:6] in zoom_app.digest() for value in values)


def test_its_script_is_python_with_the_values(cache_folder):
    script = zoom_app.script()

    compile(script, "script", "exec")
    assert json.dumps(zoom_app.credentials()["client_secret"])[1:-1] in script


@pytest.mark.parametrize(
    ("text", "expected"),
    [("starting\nready on 9443\n", True), ("not ready\n", False), ("", False)],
)
def test_a_server_says_when_it_is_ready(write, text, expected):
    assert simulator.says_ready(write("log", text)) is expected
