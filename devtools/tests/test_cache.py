# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import multiprocessing
from pathlib import Path

import pytest

from devtools import cache, say


def test_the_cache_is_where_its_variable_says():
    assert cache.root({"PSYNAMICA_CACHE": "/a", "XDG_CACHE_HOME": "/b"}) == Path("/a")


def test_without_it_the_cache_is_in_the_users_cache_folder():
    assert cache.root({"XDG_CACHE_HOME": "/b"}) == Path("/b/psynamica-dev")
    assert cache.root({}) == Path.home() / ".cache" / "psynamica-dev"


def test_other_users_cannot_enter_the_cache(cache_folder):
    cache.folder("logs", "deep")

    assert cache_folder.stat().st_mode & 0o077 == 0


def test_two_checkouts_do_not_share_a_key():
    assert cache.checkout_key(Path("/one")) != cache.checkout_key(Path("/two"))


def test_a_stamp_is_for_one_value(tmp_path):
    stamp = cache.Stamp(tmp_path / "stamp")
    assert not stamp.matches("one")

    stamp.write("one")

    assert stamp.matches("one")
    assert not stamp.matches("two")


def _try_lock(answers):
    try:
        with cache.locked("x", busy=say.DevError("taken", "wait")):
            answers.put("got it")
    except say.DevError as error:
        answers.put(error.problem)


def test_a_lock_is_for_one_process_at_a_time(cache_folder):
    context = multiprocessing.get_context("fork")
    answers = context.SimpleQueue()

    def answer_of_another_process():
        process = context.Process(target=_try_lock, args=(answers,))
        process.start()
        process.join()
        return answers.get()

    with cache.locked("x"):
        assert answer_of_another_process() == "taken"
    assert answer_of_another_process() == "got it"


def test_a_failed_write_leaves_the_old_content(tmp_path):
    path = tmp_path / "file"
    cache.write_atomically(path, "old")

    with pytest.raises(UnicodeEncodeError):
        cache.write_atomically(path, "\udc80")

    assert path.read_text() == "old"
