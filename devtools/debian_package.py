# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Debian's ``odoo-19`` package: downloaded by apt, unpacked without root.

apt checks the signature of the index and the checksum of every package, as it does when
it installs. Where the packages come from is asked of the machine's own apt
configuration.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from devtools import cache, say

# The package and what its web client reads from other packages.
_PACKAGES = (
    "odoo-19",
    "libjs-jquery",
    "libjs-jquery-form",
    "libjs-underscore",
    "fonts-font-awesome",
    "fonts-roboto-unhinted",
)
_KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
_TOOLS = ("apt-get", "dpkg-deb")

# Debian leaves this minified file out; without any file there the web client logs an
# error, and Odoo's browser tours fail on every logged error.
_MISSING_FILE = Path(
    "usr/lib/python3/dist-packages/odoo/addons"
    "/mail/static/lib/selfie_segmentation/selfie_segmentation.js"
)


def why_not():
    """Why this machine cannot use the package; empty when it can."""
    missing = [tool for tool in _TOOLS if not shutil.which(tool)]
    if missing:
        return f"{' and '.join(missing)} is not here."
    if not _KEYRING.is_file():
        return "the keys that Debian signs its archive with are not installed."
    return ""


def fetch(target):
    """Puts the unpacked packages into the folder *target* and returns it.

    :raises DevError: apt's configuration names no Debian archive, or a download failed.
    """
    archive = _archive()
    work = cache.folder("apt")
    settings = _write_settings(work, archive)
    say.step("Odoo 19: reading the package lists")
    _apt(settings, "update", "-qq")
    say.step("Odoo 19: downloading Debian's packages (about 120 MB)")
    downloads = cache.folder("apt", "downloads")
    _apt(settings, "download", *_quiet_download(), *_PACKAGES, cwd=downloads)
    say.step(f"Odoo 19: unpacking into {target} (about 1.2 GB)")
    return _unpack(newest_of_each(downloads.glob("*.deb")), target)


def newest_of_each(files):
    """The last downloaded file of every package, sorted.

    An interrupted attempt of another day may have left other versions.
    """
    by_age = sorted(files, key=lambda path: path.stat().st_mtime)
    return sorted({path.name.split("_")[0]: path for path in by_age}.values())


def choose_archive(targets):
    """The address of a Debian archive among *targets*, or ``None``.

    Each target is a line ``REPO_URI|ORIGIN|CODENAME`` as apt-get indextargets prints
    it. Suites such as ``-security`` live in archives of their own without the unstable
    suite.
    """
    rows = [line.split("|") for line in targets if line.count("|") == 2]
    debian = [(uri, codename) for uri, origin, codename in rows if origin == "Debian"]
    for uri, codename in debian:
        if "-" not in codename:
            return uri
    return debian[0][0] if debian else None


def _archive():
    address = choose_archive(_index_targets([]))
    if address:
        return address
    # apt knows who signs an archive only after an update; make one of our own.
    say.note("apt has no package lists yet; reading them into the cache…")
    state = cache.folder("apt", "machine")
    for part in ("lists/partial", "cache/archives/partial"):
        cache.folder("apt", "machine", part)
    private = [
        *_option("Dir::State", state),
        *_option("Dir::State::Lists", state / "lists"),
        *_option("Dir::Cache", state / "cache"),
        *_unsandboxed(),
    ]
    subprocess.run(["apt-get", *private, "update", "-qq"], stdin=subprocess.DEVNULL)
    address = choose_archive(_index_targets(private))
    if not address:
        raise say.DevError(
            "apt's configuration names no Debian archive.", "Set ODOO_SOURCE."
        )
    return address


def _index_targets(options):
    form = "$(REPO_URI)|$(ORIGIN)|$(CODENAME)"
    command = ["apt-get", *options, "indextargets", "--format", form]
    return subprocess.run(command, capture_output=True, text=True).stdout.splitlines()


def _option(name, value):
    return ["-o", f"{name}={value}"]


def _unsandboxed():
    """As root, apt would download as a user who cannot write into our cache."""
    return _option("APT::Sandbox::User", "root") if os.geteuid() == 0 else []


def _write_settings(work, archive):
    """An apt configuration of our own; returns its file."""
    for part in ("state/lists/partial", "cache/archives/partial"):
        cache.folder("apt", part)
    sources = work / "sid.list"
    sources.write_text(f"deb [signed-by={_KEYRING}] {archive} sid main\n", "utf-8")
    settings = work / "apt.conf"
    settings.write_text(
        f"""
Dir::Etc::SourceList "{sources}";
Dir::Etc::SourceParts "/dev/null";
Dir::State "{work}/state";
Dir::State::status "/var/lib/dpkg/status";
Dir::Cache "{work}/cache";
Acquire::Languages "none";
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
""",
        "utf-8",
    )
    return settings


def _quiet_download():
    return [] if sys.stdout.isatty() else ["-q"]


def _apt(settings, *words, cwd=None):
    command = ["apt-get", "-c", str(settings), *_unsandboxed(), *words]
    run = subprocess.run(command, cwd=cwd, stdin=subprocess.DEVNULL)
    if run.returncode:
        raise say.DevError(
            f"apt-get {words[0]} ended with code {run.returncode}.",
            "Read the lines above, see whether apt-get update works, and run the "
            "command again.",
        )


def _unpack(packages, target):
    draft = target.with_name(f"{target.name}.partial")
    shutil.rmtree(draft, ignore_errors=True)
    for package in packages:
        say.note(package.name)
        if subprocess.run(["dpkg-deb", "-x", str(package), str(draft)]).returncode:
            raise say.DevError(
                f"{package.name} could not be unpacked.",
                "Is there room for 1.2 GB? Delete the file and run the command again.",
            )
    filler = draft / _MISSING_FILE
    if not filler.exists():
        filler.parent.mkdir(parents=True, exist_ok=True)
        filler.touch()
    draft.rename(target)
    shutil.rmtree(cache.folder("apt", "downloads"))
    return target
