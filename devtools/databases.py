# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Prepared databases: made once, brought up to date, copied in a second.

*Foundation* databases hold the modules ours depend on, and nothing of ours. *Prepared*
databases are copies of one with our addons installed; a note on each says for which
state of the files, so that nothing is done twice. Test runs work on throw-away copies.
"""

import contextlib
import hashlib
import os
import secrets
import shutil
from pathlib import Path

from devtools import cache, odoo_server, processes, project, say, zoom_app

# The first one becomes the default.
_LANGUAGES = "en_US,ru_RU"

# The note on a throw-away copy: made from this cache, by this process.
_COPY = f"copy {cache.root()}"

_WARM_UP = """
env["ir.qweb"]._pregenerate_assets_bundles()
env.cr.commit()
"""


def _name(kind, *what):
    """A database name for this cache and, when named, these states."""
    mark = hashlib.sha256("\0".join([str(cache.root()), *what]).encode()).hexdigest()
    return f"psynamica_{kind}_{mark[:8]}"


def _recipe():
    """Changes when databases would be made in another way than before."""
    return project.files_digest([Path(__file__)])


def checkout_database(kind):
    """The name of this checkout's database of that kind."""
    return _name(kind, str(project.ROOT))


def foundation(toolchain, with_demo):
    """The name of a database with what our addons depend on; made when missing."""
    modules = project.foreign_dependencies()
    kind = "demo_foundation" if with_demo else "foundation"
    name = _name(kind, toolchain.source.identity, _recipe(), *modules)
    with cache.locked(name):
        if not toolchain.connection.exists(name):
            _build(toolchain, name, None, modules, with_demo)
    return name


def prepared(toolchain, kind, with_demo):
    """The name of this checkout's database of that kind, up to date with the files."""
    base = foundation(toolchain, with_demo)
    name = checkout_database(kind)
    with cache.locked(name):
        state = wanted_state(base, with_demo)
        connection = toolchain.connection
        note = connection.note(name) if connection.exists(name) else ""
        if note == state:
            return name
        can_update = note.rpartition(" ")[0] == state.rpartition(" ")[0]
        if not (can_update and _update(toolchain, name, with_demo)):
            addons = [addon.name for addon in project.addons()]
            _build(toolchain, name, base, addons, with_demo)
            if with_demo:
                _run_script(toolchain, name, zoom_app.script(), "Entering the Zoom app")
        _warm_up(toolchain, name)
        connection.write_note(name, state)
    return name


def with_queue(toolchain, kind, with_demo):
    """The name of a prepared database that has queue_job, too.

    Made anew from the prepared one without it whenever that has changed: installing
    it takes a few seconds. Our own addon for it has to install itself.

    *toolchain* has queue_job.
    """
    addons = project.optional_addons()
    what = f"{toolchain.queue_path.name} {project.digest_of(addons)}"
    return _extended(toolchain, kind, with_demo, "queue", ["queue_job"], what, addons)


def with_website(toolchain):
    """The name of a prepared database that has Odoo's website, too, and demo data."""
    return _extended(toolchain, "demo", True, "website", ["website"])


def _extended(toolchain, kind, with_demo, mark, modules, what="", followers=()):
    """The name of a copy of the prepared database with further *modules*.

    Made anew whenever the prepared one, or *what* it is made of, has changed. It is
    complete when *followers*, addons which install themselves, did.
    """
    template = prepared(toolchain, kind, with_demo)
    name = checkout_database(f"{mark}_{kind}")
    with cache.locked(name):
        connection = toolchain.connection
        state = f"{connection.note(template)} {what}"
        note = connection.note(name) if connection.exists(name) else ""
        if note != state:
            _build(toolchain, name, template, modules, with_demo)
            _check_installed(connection, name, followers)
            connection.write_note(name, state)
    return name


def _check_installed(connection, name, addons):
    """Fails when one of *addons*, which install themselves, did not."""
    rows = connection.query(
        "select name from ir_module_module where state = 'installed'", database=name
    )
    missing = {addon.name for addon in addons} - {row[0] for row in rows}
    if missing:
        raise say.DevError(
            f"{', '.join(sorted(missing))} did not install itself with queue_job.",
            f"Read {log_file('plain')}.",
        )


def lasting(toolchain):
    """The name of the database of ``./dev run``: demo data, kept between runs.

    It begins as a copy of the prepared one, and is updated when the files change.
    """
    if toolchain.queue_path:
        return _lasting_queue(toolchain)
    base = foundation(toolchain, with_demo=True)
    name = checkout_database("run")
    connection = toolchain.connection
    state = wanted_state(base, with_demo=True)
    note = connection.note(name) if connection.exists(name) else ""
    if note == state:
        return name
    is_same_but_for_files = note.rpartition(" ")[0] == state.rpartition(" ")[0]
    if is_same_but_for_files and _update(toolchain, name, with_demo=True):
        _warm_up(toolchain, name)
        connection.write_note(name, state)
        return name
    if note:
        say.loud(f"The database {name} cannot be kept; it begins anew.")
    copy(toolchain, prepared(toolchain, "demo", with_demo=True), name)
    connection.write_note(name, state)
    return name


def _lasting_queue(toolchain):
    """The name of the database of ``./dev run --queue``, kept until files change."""
    template = with_queue(toolchain, "demo", with_demo=True)
    name = checkout_database("queue_run")
    connection = toolchain.connection
    state = connection.note(template)
    if not connection.exists(name) or connection.note(name) != state:
        copy(toolchain, template, name)
        connection.write_note(name, state)
    return name


def wanted_state(base, with_demo):
    """The note of a database that needs no work."""
    app = zoom_app.digest() if with_demo else "no-app"
    return f"{base} {app} {project.addons_digest()}"


@contextlib.contextmanager
def copy_of(toolchain, template, kind):
    """A throw-away copy of *template*; gives its name."""
    _drop_abandoned(toolchain)
    name = _name(kind, template, str(os.getpid()), secrets.token_hex(8))
    try:
        copy(toolchain, template, name)
        pid = os.getpid()
        owner = f"{_COPY} {pid} {processes.started_at(pid)}"
        toolchain.connection.write_note(name, owner)
        yield name
    finally:
        drop(toolchain, name)


def copy(toolchain, template, name):
    """Copies a database with its attachments."""
    with cache.locked(template):
        drop(toolchain, name)
        toolchain.connection.create(name, template=template)
        source = toolchain.filestore(template)
        if source.is_dir():
            # Odoo never changes a stored file, so both databases can have the same one.
            target = toolchain.filestore(name)
            shutil.copytree(source, target, copy_function=os.link)


def _drop_abandoned(toolchain):
    """Drops the copies whose process was killed before it could."""
    noted = toolchain.connection.query(
        "select datname, shobj_description(oid, 'pg_database') from pg_database"
        " where starts_with(shobj_description(oid, 'pg_database'), %s)",
        f"{_COPY} ",
    )
    for name, note in noted:
        pid, start = map(int, note.split()[-2:])
        if not processes.is_same_process(pid, start):
            drop(toolchain, name)


def drop(toolchain, name):
    """Drops a database with its attachments."""
    toolchain.connection.drop(name)
    shutil.rmtree(toolchain.filestore(name), ignore_errors=True)


def log_file(kind):
    """Where Odoo processes that prepare a database of that kind write."""
    return cache.checkout_folder("logs") / f"prepare-{kind}.log"


def configuration(toolchain, name):
    """A configuration for commands on the database *name*."""
    path = cache.checkout_folder("conf") / f"{name}.conf"
    return odoo_server.write_configuration(path, toolchain)


def _build(toolchain, name, base, modules, with_demo):
    """Makes *name* with *modules* installed; it appears only when it is complete."""
    draft = f"{name}_draft"
    if base:
        copy(toolchain, base, draft)
    else:
        drop(toolchain, draft)
        toolchain.connection.create(draft)
    demo = ", with demo data" if with_demo else ""
    what = f"Installing {', '.join(modules)}{demo}"
    _install(toolchain, draft, ["-i", ",".join(modules)], with_demo, what)
    toolchain.connection.drop(name)
    toolchain.connection.rename(draft, name)
    shutil.rmtree(toolchain.filestore(name), ignore_errors=True)
    if toolchain.filestore(draft).is_dir():
        toolchain.filestore(draft).rename(toolchain.filestore(name))


def _update(toolchain, name, with_demo):
    """Updates our addons in *name*; ``False`` when that failed."""
    addons = ",".join(addon.name for addon in project.addons())
    what = f"Updating {addons} in {name}"
    try:
        _install(toolchain, name, ["-i", addons, "-u", addons], with_demo, what)
    except say.DevError as error:
        say.loud(f"{error.problem}\n\nThe update failed; trying a new database.")
        return False
    return True


def _install(toolchain, name, words, with_demo, what):
    demo = ["--with-demo", f"--load-language={_LANGUAGES}"] if with_demo else []
    quiet = ["--no-http", "--max-cron-threads=0", "--stop-after-init"]
    command = toolchain.command(
        "server", configuration(toolchain, name), name, *words, *demo, *quiet
    )
    log = log_file("demo" if with_demo else "plain")
    log.unlink(missing_ok=True)
    odoo_server.run_to_end(command, toolchain, log, what)


def _warm_up(toolchain, name):
    """Builds the web client's files once; every copy, and every test, has them then."""
    _run_script(toolchain, name, _WARM_UP, "Building the web client's files")


def _run_script(toolchain, name, script, what):
    # Two may be prepared at once.
    log = log_file(f"script-{name}")
    log.unlink(missing_ok=True)
    settings = configuration(toolchain, name)
    command = toolchain.command("shell", settings, name, "--no-http")
    odoo_server.run_to_end(command, toolchain, log, what, script=script)
    if "Traceback (most recent call last)" in processes.last_lines(log, 200):
        raise say.DevError(
            f"{what} failed:\n{processes.last_lines(log, 30)}", f"Read {log}."
        )
