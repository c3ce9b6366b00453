# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A new key for ten thousand sealed values, while tokens are refreshed."""

import shutil

import pytest
from therapist import Therapist

from psynamica_zoom.services.key_ring import KeyRing

_COUNT = 5_000  # connections, each with two sealed values

_SEED = """
from psycopg2.extras import execute_values
vault = env["psynamica.zoom.app"]._get()._sealing_vault()
cr = env.cr._obj
partners = execute_values(
    cr, "INSERT INTO res_partner (name, active) VALUES %s RETURNING id",
    [(f"P{{n}}", True) for n in range({count})], page_size={count}, fetch=True)
users = execute_values(
    cr, "INSERT INTO res_users (login, partner_id, company_id, active,"
    " notification_type, share) VALUES %s RETURNING id",
    [(f"canary-{{p}}", p, env.company.id, True, "email", False) for p, in partners],
    page_size={count}, fetch=True)
rows = execute_values(
    cr, "INSERT INTO psynamica_zoom_connection (user_id, state, refreshed_at)"
    " VALUES %s RETURNING id",
    [(u, "connected", "2999-01-01") for u, in users], page_size={count}, fetch=True)
def sealed(row, name):
    context = f"psynamica.zoom.connection/{{row}}/{{name}}"
    return vault.seal(f"canary-{{name}}-{{row}}", context=context)
names = "access_token_sealed", "refresh_token_sealed"
execute_values(
    cr, "UPDATE psynamica_zoom_connection c SET access_token_sealed = v.a,"
    " refresh_token_sealed = v.r FROM (VALUES %s) AS v (id, a, r) WHERE c.id = v.id",
    [(row, *[sealed(row, name) for name in names]) for row, in rows],
    page_size={count})
env.cr.commit()
say("seeded", rows=len(rows))
"""

_RESEAL = """
env.ref("psynamica_zoom.ir_cron_reseal").method_direct_trigger()
env.cr.commit()
say("resealed")
"""

_WORK = """
import os
count = 0
while not os.path.exists({stop!r}):
    old = connection._access_token()
    assert connection._access_token(refused=old) != old
    count += 1
    say("refreshed", count=count)
    env.cr.rollback()
"""

_CHECK = """
from odoo.addons.psynamica_zoom.zoom_api import users
app = env["psynamica.zoom.app"]._get()
counts = app._count_by_key()
lost = 0
rows = env["psynamica.zoom.connection"].search([("user_id.login", "=like", "canary-%")])
for row in rows:
    for name in "access_token_sealed", "refresh_token_sealed":
        lost += row._open(name) != f"canary-{name}-{row.id}"
assert users.me(app._transport(), connection._access_token())
say("checked", rows=len(rows), lost=lost, counts=dict(counts),
    ids=app._sealing_vault().key_ids, secret=bool(app._open("client_secret_sealed")))
"""


_CLEAN_UP = """
env.cr.execute("DELETE FROM psynamica_zoom_connection USING res_users"
               " WHERE res_users.id = user_id AND login LIKE 'canary-%'")
env.cr.commit()
"""


@pytest.fixture
def key_file(stack, therapist):
    """The keys of this test's own processes: a copy of those that sealed so far."""
    own = stack.folder / "rotated.key"
    shutil.copy(stack.key_file, own)
    own.chmod(0o600)
    yield own
    # Back to what all other processes have, for the tests to come.
    own.write_text(f"{stack.key_file.read_text()}\n{own.read_text()}")
    therapist.run(_CLEAN_UP + _RESEAL, variables=_with(own))


def _with(key_file):
    return {"PSYNAMICA_ZOOM_KEY_FILE": str(key_file)}


def test_ten_thousand_values_while_the_system_works(therapist, key_file, stack):
    ours = _with(key_file)
    assert therapist.run(_SEED.format(count=_COUNT)) == ("seeded", {"rows": _COUNT})
    other = Therapist(stack, "boris", "boris@zoom.example")
    other.connect()

    newest = KeyRing.generate()
    key_file.write_text(f"{newest}\n{key_file.read_text()}")
    stop = stack.folder / "enough"
    works = [
        one.process(_WORK.format(stop=str(stop)), variables=ours)
        for one in (therapist, other)
    ]
    for work in works:
        work.wait_for("refreshed")

    first = therapist.process(_RESEAL, variables=ours)
    first.wait_until(lambda: "sealed anew: " in first.log())
    first.kill()
    assert "resealed" not in dict(first.said)

    second = therapist.process(_RESEAL, variables=ours)
    before = [work.said[-1][1]["count"] for work in works]
    second.wait_for("resealed")
    after = [work.said[-1][1]["count"] for work in works]
    assert all(late > early for early, late in zip(before, after, strict=True))
    stop.touch()
    for work in works:
        work.wait_for_end()
    assert _total(second) < _total(first)  # it went on where the first had ended

    therapist.run(_RESEAL, variables=ours)  # what was in use at that instant
    key_file.write_text(f"{newest}\n")
    word, facts = therapist.run(_CHECK, variables=ours)
    assert (word, facts["rows"], facts["lost"]) == ("checked", _COUNT, 0)
    assert facts["secret"]
    assert list(facts["counts"]) == facts["ids"]
    assert other.run(_CHECK, variables=ours)[1]["lost"] == 0
    other.leave()


def _total(process):
    """How many connections the process said there were to seal anew."""
    line = next(text for text in process.log().splitlines() if "sealed anew: " in text)
    return int(line.split(" of ")[1].split()[0])
