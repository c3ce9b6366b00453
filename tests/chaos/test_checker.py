# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The checker of `./dev chaos`: it must find each kind of violation made for it."""

import dataclasses
from datetime import datetime, timedelta, timezone

import pytest

from devtools.chaos import checker
from devtools.chaos.checker import Host, Mail, Meeting, Row, Session, Snapshot

NOW = datetime(2026, 12, 1, 12, tzinfo=timezone.utc)
START = NOW + timedelta(days=5)
ANNA, BORIS = "anna@zoom.example", "boris@zoom.example"

HOST = Host(7, ANNA, "connected", has_tokens=True)
OTHER_HOST = Host(8, BORIS, "connected", has_tokens=True)
SESSION = Session(
    id=1,
    name="Session 00001",
    user_id=7,
    start=START,
    stop=START + timedelta(minutes=50),
    zone="Europe/Berlin",
)
ROW = Row(11, event_id=1, number="900", marker="0a1b", user_id=7, state="ready")
MEETING = Meeting(
    number="900",
    host=ANNA,
    start=START,
    minutes=50,
    zone="Europe/Berlin",
    agenda="psynamica-zoom/db/0a1b",
    ours=True,
)
MAIL = Mail("client@example.com", "<1@odoo>", ("Invitation", "UID=x", "SEQUENCE=0"))
# Everything in it is as it should be.
CLEAN = Snapshot(
    now=NOW,
    hosts=(HOST, OTHER_HOST),
    sessions=(SESSION,),
    rows=(ROW,),
    meetings=(MEETING,),
    mails=(MAIL,),
    asked_starts={"Session 00001": {START}},
)


def changed(thing, **values):
    return dataclasses.replace(thing, **values)


def one(**values):
    """The clean state with its one session changed."""
    return changed(CLEAN, sessions=(changed(SESSION, **values),))


def with_meeting(**values):
    """The clean state with its one meeting changed."""
    return changed(CLEAN, meetings=(changed(MEETING, **values),))


def with_another_meeting(**values):
    """The clean state and a second meeting."""
    second = changed(MEETING, **{"number": "901", **values})
    return changed(CLEAN, meetings=(MEETING, second))


def with_row(**values):
    return changed(CLEAN, rows=(changed(ROW, **values),))


def with_host(**values):
    return changed(CLEAN, hosts=(changed(HOST, **values), OTHER_HOST))


def twice(to, words):
    """Two different mails without a calendar file that tell the same."""
    return tuple(Mail(to, f"<{n}@odoo>", (words,), False) for n in range(2))


def found(snapshot):
    """The kinds of violations in it, with their numbers."""
    counts = checker.check(snapshot).counts()
    return {kind: count for kind, count in counts.items() if count}


def test_a_clean_state_is_clean():
    findings = checker.check(CLEAN)

    assert findings.is_clean()
    assert findings.sentences() == []
    assert (findings.checked, findings.core_double_mails) == (1, 0)


VIOLATIONS = {
    "the meeting was never made": (
        changed(CLEAN, meetings=(), rows=(changed(ROW, number=""),)),
        "lost",
    ),
    "there is not even a row": (changed(CLEAN, meetings=(), rows=()), "lost"),
    "the meeting was deleted": (with_meeting(alive=False), "lost"),
    "chosen although alone": (
        changed(one(choice="zoom", guests=0), meetings=(), rows=()),
        "lost",
    ),
    "a series within the horizon": (
        changed(one(in_series=True), meetings=(), rows=()),
        "lost",
    ),
    "a second meeting with the marker": (with_another_meeting(), "duplicates"),
    "two rows for one session": (
        changed(
            with_another_meeting(),
            rows=(ROW, changed(ROW, id=12, number="901", marker="9999")),
        ),
        "duplicates",
    ),
    "one nobody knows": (
        with_another_meeting(agenda="psynamica-zoom/db/none"),
        "orphans",
    ),
    "one without a marker": (with_another_meeting(agenda=""), "orphans"),
    "an instant one": (with_another_meeting(agenda="", start=None), "orphans"),
    "two sessions in one meeting": (
        changed(
            CLEAN,
            sessions=(SESSION, changed(SESSION, id=2, name="Session 00002")),
            rows=(ROW, changed(ROW, id=12, event_id=2)),
        ),
        "duplicates",
    ),
    "the session was archived": (one(active=False), "orphans"),
    "the session became an all-day event": (one(allday=True), "orphans"),
    "the organiser declined": (one(declined=True), "orphans"),
    "another provider was chosen": (one(choice="builtin"), "orphans"),
    "nobody else takes part": (one(guests=0), "orphans"),
    "the session was deleted": (
        changed(CLEAN, sessions=(), rows=(changed(ROW, event_id=None),)),
        "orphans",
    ),
    "an hour late": (with_meeting(start=START + timedelta(hours=1)), "wrong_time"),
    "instant instead of planned": (with_meeting(start=None), "wrong_time"),
    "too short": (with_meeting(minutes=40), "wrong_time"),
    "shown in another zone": (with_meeting(zone="Europe/London"), "wrong_zone"),
    "the former organiser's": (with_meeting(host=BORIS), "wrong_host"),
    "moved by nobody": (
        changed(CLEAN, asked_starts={"Session 00001": {START - timedelta(hours=1)}}),
        "silent_changes",
    ),
    "a host's own meeting deleted": (
        changed(
            CLEAN,
            meetings=(
                MEETING,
                changed(MEETING, number="5", agenda="", ours=False, alive=False),
            ),
            own_meetings={"5": START},
        ),
        "foreign_touched",
    ),
    "a host's own meeting moved": (
        changed(
            CLEAN,
            meetings=(MEETING, changed(MEETING, number="5", agenda="", ours=False)),
            own_meetings={"5": START + timedelta(hours=1)},
        ),
        "foreign_touched",
    ),
    "a row waits unseen": (with_row(is_due=True), "stuck"),
    "notifications wait": (changed(CLEAN, waiting_notifications=2), "stuck"),
    "mails wait": (changed(CLEAN, waiting_mails=1), "stuck"),
    "told twice by two mails": (
        changed(CLEAN, mails=(MAIL, changed(MAIL, message_id="<2@odoo>"))),
        "double_mails",
    ),
    "two losses told after one connection": (
        changed(
            CLEAN,
            mails=twice("anna@example.com", "Connect again"),
            connects={"anna@example.com": 1},
        ),
        "double_mails",
    ),
    "a client told twice without a calendar file": (
        changed(
            CLEAN,
            mails=twice("client@example.com", "Moved"),
            clients=frozenset({"client@example.com"}),
        ),
        "double_mails",
    ),
    "tokens of somebody disconnected": (
        changed(with_host(state="disconnected"), meetings=()),
        "tokens_left",
    ),
    "nobody was asked to connect again": (
        with_host(state="reconnect", is_told=False),
        "untold",
    ),
}


@pytest.mark.parametrize("name", VIOLATIONS)
def test_each_violation_is_found(name):
    snapshot, kind = VIOLATIONS[name]

    assert found(snapshot) == {kind: 1}
    assert not checker.check(snapshot).is_clean()


def test_every_kind_has_a_violation():
    assert {kind for _snapshot, kind in VIOLATIONS.values()} == set(checker.BAD)


ALLOWED = {
    "a session that has begun needs no meeting": changed(
        one(start=NOW - timedelta(minutes=5), stop=NOW + timedelta(minutes=45)),
        meetings=(),
        asked_starts={},
    ),
    "a series beyond the horizon needs none": changed(
        one(
            in_series=True,
            start=NOW + timedelta(weeks=6),
            stop=NOW + timedelta(weeks=6, minutes=50),
        ),
        meetings=(),
        rows=(),
    ),
    "who is not connected needs none": changed(
        with_host(state="disconnected", has_tokens=False), meetings=(), rows=()
    ),
    "who is not connected keeps what is there": changed(
        with_host(state="reconnect"), sessions=()
    ),
    "a failure is listed": changed(
        CLEAN,
        meetings=(),
        rows=(changed(ROW, number="", state="failed", is_due=True, is_listed=True),),
    ),
    "a meeting left in an account that may be another one is listed": changed(
        with_another_meeting(agenda="psynamica-zoom/db/0123"),
        rows=(
            ROW,
            changed(
                ROW,
                id=12,
                event_id=None,
                number="901",
                marker="0123",
                state="left",
                is_listed=True,
            ),
        ),
    ),
    "a create waits for Zoom's next day": changed(
        CLEAN,
        meetings=(),
        rows=(changed(ROW, number="", state="retry", is_due=True, is_parked=True),),
    ),
    "nobody can ask about a meeting before Zoom's next day": changed(
        with_meeting(alive=False), rows=(changed(ROW, is_unseen=True),)
    ),
    "what a lost create has made waits for Zoom's next day": changed(
        with_another_meeting(agenda="psynamica-zoom/db/0123"),
        rows=(
            ROW,
            changed(
                ROW,
                id=12,
                event_id=2,
                number="",
                marker="0123",
                state="retry",
                is_due=True,
                is_parked=True,
            ),
        ),
    ),
    "a move waits for Zoom's next day": changed(
        with_meeting(start=START + timedelta(hours=1)),
        rows=(changed(ROW, state="retry", is_due=True, is_parked=True),),
    ),
    "the host is asked about a deletion": changed(one(has_proposal=True), meetings=()),
    "the host is asked about another time": changed(
        one(has_proposal=True),
        meetings=(changed(MEETING, start=START + timedelta(hours=1)),),
    ),
    "two names of one zone": changed(
        one(zone="Europe/Kyiv"), meetings=(changed(MEETING, zone="Europe/Kiev"),)
    ),
    "a length is rounded up": one(stop=START + timedelta(minutes=49, seconds=10)),
    "hosts' own meetings are nobody's business": changed(
        CLEAN,
        meetings=(MEETING, changed(MEETING, number="5", agenda="", ours=False)),
        own_meetings={"5": START},
    ),
    "another version is another mail": changed(
        CLEAN,
        mails=(
            MAIL,
            changed(MAIL, message_id="<2>", what=(*MAIL.what[:2], "SEQUENCE=1")),
        ),
    ),
    "others are told too": changed(
        CLEAN, mails=(MAIL, changed(MAIL, to="x@example.com", message_id="<2>"))
    ),
    "two losses after two connections": changed(
        CLEAN,
        mails=tuple(
            Mail("anna@example.com", f"<{n}@odoo>", ("Connect again",), False)
            for n in range(2)
        ),
        connects={"anna@example.com": 2},
    ),
    "a series moves as a whole": changed(
        one(in_series=True), asked_starts={"Session 00001": {NOW}}
    ),
}


@pytest.mark.parametrize("name", ALLOWED)
def test_what_is_allowed_is_not_found(name):
    assert found(ALLOWED[name]) == {}


def test_the_same_mail_again_is_counted_apart():
    """Odoo hands the very same mail over again when it was killed before noting it."""
    findings = checker.check(changed(CLEAN, mails=(MAIL, MAIL)))

    assert findings.is_clean()
    assert findings.core_double_mails == 1


def test_excuses_are_counted():
    listed = checker.check(ALLOWED["a failure is listed"])
    proposed = checker.check(ALLOWED["the host is asked about a deletion"])
    parked = checker.check(ALLOWED["a create waits for Zoom's next day"])

    assert (listed.listed, proposed.proposed, parked.parked) == (1, 1, 1)
