# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64
import os
import socket
import stat
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from psynamica_zoom.services import key_file
from psynamica_zoom.services.key_file import (
    KeyFileError,
    KeyFileMissing,
    load,
    load_or_create,
)

KEYS = [base64.b64encode(bytes([n]) * 64).decode() for n in (1, 2)]


@pytest.fixture
def path(tmp_path):
    return str(tmp_path / "data" / "zoom_keys")


def written(path, text, mode=0o600):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    os.chmod(path, mode)


def refusal(path):
    with pytest.raises(KeyFileError) as caught:
        load_or_create(path)
    assert str(path) in str(caught.value)
    return str(caught.value)


def test_makes_a_file_that_only_we_can_read(path):
    (key,) = load_or_create(path)
    assert len(base64.b64decode(key)) == 64
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
    assert stat.S_IMODE(os.stat(os.path.dirname(path)).st_mode) == 0o700
    assert os.listdir(os.path.dirname(path)) == ["zoom_keys"]


def test_a_generous_umask_changes_nothing(path):
    before = os.umask(0)
    try:
        load_or_create(path)
    finally:
        os.umask(before)
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600


def test_gives_the_same_key_ever_after(path):
    assert load_or_create(path) == load_or_create(path)


def test_loading_makes_none(path):
    with pytest.raises(KeyFileMissing, match="is missing"):
        load(path)
    assert not os.path.exists(os.path.dirname(path))
    assert load_or_create(path) == load(path)


def test_loading_refuses_what_making_refuses(path):
    written(path, KEYS[0], 0o640)
    with pytest.raises(KeyFileError, match="chmod 600"):
        load(path)


def test_a_refused_file_leaves_nothing_open(path):
    os.makedirs(path)
    before = os.listdir("/proc/self/fd")
    for _time in range(20):
        refusal(path)
    assert len(os.listdir("/proc/self/fd")) <= len(before)


def test_the_file_says_what_it_is(path):
    load_or_create(path)
    with open(path, encoding="ascii") as file:
        assert file.readline().startswith("# Keys that seal secrets")


def test_a_relative_path_will_do(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert load_or_create("zoom_keys") == load_or_create(str(tmp_path / "zoom_keys"))


def test_reads_keys_in_order_without_comments(path):
    written(path, f"# old ones below\n\n  {KEYS[0]}  \n#{KEYS[0]}\n{KEYS[1]}\n")
    assert load_or_create(path) == KEYS


def test_many_at_once_agree(path):
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(load_or_create, [path] * 32))
    assert len({tuple(keys) for keys in found}) == 1
    assert os.listdir(os.path.dirname(path)) == ["zoom_keys"]


def test_the_first_process_wins(path, monkeypatch):
    real_link = os.link

    def another_was_first(draft, target):
        written(target, KEYS[0] + "\n")
        real_link(draft, target)

    monkeypatch.setattr(key_file.os, "link", another_was_first)
    assert load_or_create(path) == [KEYS[0]]
    assert os.listdir(os.path.dirname(path)) == ["zoom_keys"]


def test_nothing_is_left_behind_when_it_cannot_be_made(path, monkeypatch):
    def unsupported(_draft, _target):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(key_file.os, "link", unsupported)
    assert "Operation not permitted" in refusal(path)
    assert os.listdir(os.path.dirname(path)) == []


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o602, 0o610, 0o601, 0o777])
def test_a_file_that_others_can_use_is_refused(path, mode):
    written(path, KEYS[0], mode)
    assert "chmod 600" in refusal(path)


def test_a_file_of_another_user_is_refused(path, monkeypatch):
    written(path, KEYS[0])
    monkeypatch.setattr(key_file.os, "geteuid", lambda: os.getuid() + 1)
    assert "another user" in refusal(path)


@contextmanager
def nobody_special():
    """Run as a user whom file modes bind: they do not bind root."""
    me = os.geteuid()
    if me:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(me)


def test_a_file_that_cannot_be_read_is_refused(path):
    written(path, KEYS[0], 0o000)
    with nobody_special():
        assert "Permission denied" in refusal(path)
    os.chmod(path, 0o600)
    assert load(path) == [KEYS[0]]


def test_a_link_is_refused(path, tmp_path):
    target = str(tmp_path / "elsewhere")
    written(target, KEYS[0])
    os.makedirs(os.path.dirname(path))
    os.symlink(target, path)
    assert "is a link" in refusal(path)


def test_a_link_to_nothing_is_refused_and_not_followed(path, tmp_path):
    os.makedirs(os.path.dirname(path))
    os.symlink(str(tmp_path / "elsewhere"), path)
    assert "is a link" in refusal(path)
    assert not (tmp_path / "elsewhere").exists()


def test_a_link_put_there_at_the_last_moment_is_not_followed(
    path, tmp_path, monkeypatch
):
    target = str(tmp_path / "elsewhere")
    written(target, KEYS[0])
    os.makedirs(os.path.dirname(path))
    os.symlink(target, path)
    monkeypatch.setattr(key_file.os.path, "islink", lambda _path: False)
    assert "symbolic links" in refusal(path)


def test_a_folder_is_refused(path):
    os.makedirs(path)
    refusal(path)


def test_a_pipe_is_refused_without_waiting_for_a_writer(path):
    os.makedirs(os.path.dirname(path))
    os.mkfifo(path, 0o600)
    assert "not a plain file" in refusal(path)


def test_a_socket_is_refused(path, monkeypatch):
    os.makedirs(os.path.dirname(path))
    monkeypatch.chdir(os.path.dirname(path))  # their names must be short
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("zoom_keys")
        refusal(path)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# nothing\n",
        "canary-no-key",
        "ключ",
        KEYS[0] + "\n" + KEYS[0],
        KEYS[0] + "\ncanary",
        KEYS[0] + " " + KEYS[1],
        KEYS[0][:-1],
    ],
    ids=["empty", "comment", "text", "cyrillic", "twice", "half", "one line", "cut"],
)
def test_a_damaged_file_is_refused_without_quoting_it(path, text):
    written(path, text)
    message = refusal(path)
    assert "is damaged" in message
    assert "canary" not in message
    assert KEYS[0][:10] not in message


def test_a_damaged_file_is_never_replaced(path):
    written(path, "damaged")
    refusal(path)
    with open(path, encoding="ascii") as file:
        assert file.read() == "damaged"


def test_a_file_that_is_too_long_is_refused(path):
    written(path, "#" * (key_file.MAX_BYTES + 1))
    assert "too long" in refusal(path)


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    assert "cannot be read or made" in refusal(str(tmp_path / "file" / "zoom_keys"))
