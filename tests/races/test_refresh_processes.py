# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""One refresh over processes of Odoo, and processes killed at each point of it."""

from therapist import NEEDS_TOKEN, REFRESH

_WAIT_AND_NEED_TOKEN = f"wait_for_go()\n{NEEDS_TOKEN}"
_NEED_TOKEN_AND_WAIT = f"{NEEDS_TOKEN}\nwait_for_go()"
_WELL = {"state": "connected", "secrets": True, "activities": 0, "mails": 0}
_TOLD = {"state": "reconnect", "secrets": False, "activities": 1, "mails": 1}


def _in_flight(therapist, **fault):
    """A process whose refresh has arrived at Zoom and is held there."""
    therapist.let_expire()
    therapist.zoom.fault(**REFRESH, hold=True, **fault)
    process = therapist.process(NEEDS_TOKEN)
    process.wait_until(lambda: therapist.zoom.wait_for_held(timeout=1))
    return process


def test_two_processes_refresh_once(therapist):
    therapist.let_expire()
    therapist.zoom.fault(**REFRESH, hold=True)
    both = [therapist.process(_WAIT_AND_NEED_TOKEN) for _number in range(2)]
    for process in both:
        process.wait_for("ready")
    therapist.open_gate()
    assert therapist.zoom.wait_for_held(timeout=60) == 1
    therapist.wait_for_waiting(both[0])
    therapist.zoom.release()
    tokens = [process.wait_for("token") for process in both]
    assert tokens[0] == tokens[1]
    assert len(therapist.refreshes()) == 1
    assert therapist.need_token() == ("token", tokens[0])
    assert therapist.told() == _WELL


def test_killed_while_it_waits_for_another(therapist):
    first = _in_flight(therapist)
    second = therapist.process(NEEDS_TOKEN)
    therapist.wait_for_waiting(second)
    second.kill()
    therapist.zoom.release()
    token = first.wait_for("token")
    assert therapist.need_token() == ("token", token)
    assert len(therapist.refreshes()) == 1
    assert therapist.told() == _WELL


def test_killed_before_zoom_did_anything(therapist):
    _in_flight(therapist, cut="before").kill()
    therapist.zoom.release()
    word, _facts = therapist.need_token()
    assert word == "token"
    assert [call["status"] for call in therapist.refreshes()] == [None, 200]
    assert therapist.told() == _WELL


def test_killed_after_zoom_gave_the_new_pair(therapist):
    """Zoom gives a pair once, and the one before is dead: the therapist is told."""
    _in_flight(therapist, after=True).kill()
    therapist.zoom.release()
    assert therapist.need_token() == ("refused", {"kind": "ZoomGrantRevoked"})
    assert therapist.told() == _TOLD
    therapist.connect()
    assert therapist.need_token()[0] == "token"
    assert therapist.told() == _WELL


def test_killed_when_the_pair_was_stored(therapist):
    therapist.let_expire()
    process = therapist.process(_NEED_TOKEN_AND_WAIT)
    token = process.wait_for("token")
    process.wait_for("ready")
    process.kill()
    assert therapist.need_token() == ("token", token)
    assert len(therapist.refreshes()) == 1
    assert therapist.told() == _WELL


def test_killed_while_it_tells_the_therapist(therapist):
    """What is told and what is stored about it are one: both or neither."""
    therapist.zoom.remove_app(therapist.account, tell=False)
    therapist.let_expire()
    process = therapist.process(
        "with env.registry.cursor() as cr:\n"
        "    own = connection.with_env(env(cr=cr))\n"
        "    own._must_reconnect('token_revoked')\n"
        "    own.env.flush_all()\n"
        "    wait_for_go()\n"
    )
    process.wait_for("ready")
    process.kill()
    assert therapist.told() == _WELL
    assert therapist.need_token() == ("refused", {"kind": "ZoomGrantRevoked"})
    assert therapist.told() == _TOLD
