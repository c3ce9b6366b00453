# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import os
import subprocess

import pytest

from devtools import debian_package, odoo_source, say

_AUTHOR = ("-c", "user.name=a", "-c", "user.email=a@example.com")
_RELEASE = "version_info = ({}, 0, FINAL, 0, '')\n"


@pytest.fixture
def checkout(write, tmp_path):
    write("odoo/release.py", _RELEASE.format("19, 0"))
    write("odoo/addons/base/__manifest__.py")
    write("addons/web/__manifest__.py")
    return tmp_path


def test_a_checkout_has_addons_in_two_folders(checkout):
    source = odoo_source.inspect(checkout)

    assert source.python_path == checkout
    assert source.addons_paths == (checkout / "addons", checkout / "odoo" / "addons")


def test_an_unpacked_package_has_them_in_one(write, tmp_path):
    home = "usr/lib/python3/dist-packages"
    write(f"{home}/odoo/release.py", _RELEASE.format("19, 0"))
    write(f"{home}/odoo/addons/web/__manifest__.py")
    write(f"{home}/addons/web/__manifest__.py")

    for folder in (tmp_path, tmp_path / home):
        source = odoo_source.inspect(folder)
        assert source.addons_paths == (tmp_path / home / "odoo" / "addons",)


@pytest.mark.parametrize("series", ["18, 0", "19, 1", "'saas~18', 4"])
def test_another_series_is_refused(checkout, write, series):
    write("odoo/release.py", _RELEASE.format(series))

    assert odoo_source.inspect(checkout) is None


def test_a_wrong_odoo_source_is_not_passed_over(monkeypatch, tmp_path):
    monkeypatch.setenv("ODOO_SOURCE", str(tmp_path))

    with pytest.raises(say.DevError, match="not Odoo 19"):
        odoo_source.ensure()


def test_odoo_source_comes_first(monkeypatch, checkout):
    monkeypatch.setenv("ODOO_SOURCE", str(checkout))

    assert odoo_source.ensure().python_path == checkout


def test_an_importable_odoo_comes_next(monkeypatch, checkout):
    monkeypatch.delenv("ODOO_SOURCE", raising=False)
    monkeypatch.syspath_prepend(str(checkout))

    assert odoo_source.ensure().python_path == checkout


def test_the_archive_of_the_release_is_chosen_before_that_of_updates():
    targets = [
        "http://ppa.example/|LP-PPA|jammy",
        "http://mirror.example/debian-security/|Debian|bookworm-security",
        "http://mirror.example/debian/|Debian|bookworm",
    ]

    assert debian_package.choose_archive(targets) == "http://mirror.example/debian/"


def test_of_two_downloads_of_a_package_the_later_one_counts(write):
    names = ["odoo-19_2.deb", "odoo-19_10.deb", "libjs-jquery_3.deb", "libjs_1.deb"]
    files = [write(name) for name in names]
    for seconds, path in enumerate(files):
        os.utime(path, (seconds, seconds))

    kept = [path.name for path in debian_package.newest_of_each(reversed(files))]

    assert kept == ["libjs-jquery_3.deb", "libjs_1.deb", "odoo-19_10.deb"]


def test_another_commit_of_a_checkout_is_another_odoo(checkout, tmp_path):
    def identity_after_a_commit():
        for words in (["add", "-A"], ["commit", "-q", "--allow-empty", "-m", "x"]):
            subprocess.run(["git", "-C", tmp_path, *_AUTHOR, *words], check=True)
        return odoo_source.inspect(checkout).identity

    subprocess.run(["git", "init", "-q", tmp_path], check=True)

    assert identity_after_a_commit() != identity_after_a_commit()


def test_a_machine_without_debians_archive_has_none():
    assert debian_package.choose_archive(["http://x/|Ubuntu|noble", ""]) is None
