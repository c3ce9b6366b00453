# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, datetime, timedelta, timezone
from io import StringIO

import pytest
import vobject
from dateutil.rrule import rrulestr
from dateutil.tz import tzical
from hypothesis import given
from hypothesis import strategies as st

from psynamica_zoom.services.ics import Invitation, render

UTC = timezone.utc
INVITATION = Invitation(
    uid="session-7@practice.example",
    sequence=3,
    method="REQUEST",
    start_at=datetime(2026, 12, 1, 14, tzinfo=UTC),
    stop_at=datetime(2026, 12, 1, 14, 50, tzinfo=UTC),
    summary="Appointment 7K3F",
    description="Join:\nhttps://practice.example/video/join/abc",
    location="Online",
    url="https://practice.example/video/join/abc?x=1&y=2",
    organizer=("Dr. Anna Berg", "anna@practice.example"),
    attendees=[("Иван", "ivan@mail.example", "ACCEPTED")],
    alarms_min=[15, 1440],
    stamped_at=datetime(2026, 11, 20, 9, 0, 0, 5, tzinfo=UTC),
)


def rendered(**values):
    return render(INVITATION._replace(**values))


def calendar(**values):
    return vobject.readOne(rendered(**values).decode())


def event(**values):
    return calendar(**values).vevent


def unfolded(**values):
    text = rendered(**values).decode().replace("\r\n ", "")
    return text.split("\r\n")


def test_a_request_says_everything():
    told = calendar()
    assert told.method.value == "REQUEST"
    assert told.version.value == "2.0"
    assert told.prodid.value == "-//Psynamica//Zoom sessions//EN"
    session = told.vevent
    assert session.uid.value == "session-7@practice.example"
    assert session.sequence.value == "3"
    assert session.status.value == "CONFIRMED"
    assert session.dtstart.value == INVITATION.start_at
    assert session.dtend.value == INVITATION.stop_at
    assert session.dtstamp.value == datetime(2026, 11, 20, 9, tzinfo=UTC)
    assert session.summary.value == "Appointment 7K3F"
    assert session.description.value == INVITATION.description
    assert session.location.value == "Online"
    assert session.url.value == INVITATION.url
    assert session.organizer.value == "mailto:anna@practice.example"
    assert session.organizer.params == {"CN": ["Dr. Anna Berg"]}
    assert session.attendee.value == "mailto:ivan@mail.example"
    assert session.attendee.params == {
        "CN": ["Иван"],
        "PARTSTAT": ["ACCEPTED"],
        "ROLE": ["REQ-PARTICIPANT"],
    }


def test_the_join_link_is_a_conference_too():
    (line,) = [line for line in unfolded() if line.startswith("CONFERENCE")]
    assert line == (
        "CONFERENCE;FEATURE=VIDEO;VALUE=URI:"
        "https://practice.example/video/join/abc?x=1&y=2"
    )


def test_times_are_in_utc():
    east = timezone(timedelta(hours=3))
    lines = unfolded(start_at=INVITATION.start_at.astimezone(east))
    assert "DTSTART:20261201T140000Z" in lines
    assert "DTEND:20261201T145000Z" in lines


def test_alarms_come_before_the_start():
    alarms = event().valarm_list
    assert [alarm.trigger.value for alarm in alarms] == [
        timedelta(minutes=-15),
        timedelta(days=-1),
    ]
    assert {alarm.action.value for alarm in alarms} == {"DISPLAY"}
    assert {alarm.description.value for alarm in alarms} == {"Appointment 7K3F"}


def test_a_cancellation_has_the_same_uid_and_no_alarm():
    told = calendar(method="CANCEL", sequence=4)
    assert told.method.value == "CANCEL"
    assert told.vevent.status.value == "CANCELLED"
    assert told.vevent.uid.value == INVITATION.uid
    assert told.vevent.sequence.value == "4"
    assert "valarm" not in told.vevent.contents


def test_the_same_invitation_is_the_same_file():
    assert rendered() == rendered()


def test_an_all_day_event_ends_on_the_day_after_its_last():
    lines = unfolded(start_at=date(2026, 12, 1), stop_at=date(2026, 12, 2))
    assert "DTSTART;VALUE=DATE:20261201" in lines
    assert "DTEND;VALUE=DATE:20261203" in lines


def test_a_moment_beside_a_date_counts_as_its_day():
    lines = unfolded(stop_at=date(2026, 12, 1))
    assert "DTSTART;VALUE=DATE:20261201" in lines
    assert "DTEND;VALUE=DATE:20261202" in lines


@pytest.mark.parametrize("name", ["start_at", "stop_at", "stamped_at"])
def test_a_naive_moment_is_refused(name):
    naive = getattr(INVITATION, name).replace(tzinfo=None)
    with pytest.raises(ValueError, match="naive"):
        rendered(**{name: naive})


@pytest.mark.parametrize("method", ["", "request", "PUBLISH", "REQUEST\r\nX:1"])
def test_an_unknown_method_is_refused(method):
    with pytest.raises(ValueError, match="no such method"):
        rendered(method=method)


def test_what_is_empty_is_left_out():
    session = event(
        description="", location="", url="", attendees=[], alarms_min=[]
    ).contents
    for name in ("description", "location", "url", "conference", "attendee", "valarm"):
        assert name not in session


@pytest.mark.parametrize("organizer", [None, ("Anna", ""), ("Anna", "a b@c")])
def test_without_an_organiser_it_is_published(organizer):
    told = calendar(organizer=organizer)
    assert told.method.value == "PUBLISH"
    assert "organizer" not in told.vevent.contents
    assert calendar(organizer=organizer, method="CANCEL").method.value == "CANCEL"


@pytest.mark.parametrize(
    "email", ["", "x", "a@b@c", "a b@c", "a@b\r\nX:1", "<a@b>", "a@b,c@d", 'a"@b']
)
def test_a_person_without_usable_address_is_left_out(email):
    session = event(attendees=[("A", email, "ACCEPTED"), ("B", "b@c.d", "DECLINED")])
    assert [person.value for person in session.attendee_list] == ["mailto:b@c.d"]


@pytest.mark.parametrize("state", ["", "needsAction", "X;Y=1", None])
def test_an_unknown_state_is_needs_action(state):
    session = event(attendees=[("A", "a@b.c", state)])
    assert session.attendee.params["PARTSTAT"] == ["NEEDS-ACTION"]


def test_a_person_without_a_name_has_none():
    assert "CN" not in event(organizer=(" \r\n", "a@b.c")).organizer.params


def test_names_with_punctuation_stay_whole():
    name = 'Berg, Anna; "Dr."\r\nX:1'
    session = event(organizer=(name, "a@b.c"))
    assert session.organizer.params == {"CN": ["Berg, Anna; 'Dr.'  X:1"]}


# --- series ------------------------------------------------------------------------

SERIES = {
    "zone": "Europe/Berlin",
    "rule": "FREQ=WEEKLY;BYDAY=TU;UNTIL=20270330T130000Z",
    "excluded": [datetime(2026, 12, 8, 14, tzinfo=UTC)],
}
MOVED = INVITATION._replace(
    zone="Europe/Berlin",
    start_at=datetime(2026, 12, 16, 9, tzinfo=UTC),
    stop_at=datetime(2026, 12, 16, 9, 50, tzinfo=UTC),
    slot_at=datetime(2026, 12, 15, 14, tzinfo=UTC),
)


def test_a_series_is_told_by_the_wall_clock():
    lines = unfolded(**SERIES)
    assert "DTSTART;TZID=Europe/Berlin:20261201T150000" in lines
    assert "DTEND;TZID=Europe/Berlin:20261201T155000" in lines
    assert "RRULE:FREQ=WEEKLY;BYDAY=TU;UNTIL=20270330T130000Z" in lines
    assert "EXDATE;TZID=Europe/Berlin:20261208T150000" in lines
    assert lines.count("BEGIN:VTIMEZONE") == 1
    assert "TZID:Europe/Berlin" in lines


def test_the_zone_covers_the_whole_series():
    lines = unfolded(**SERIES)
    zone = "\n".join(lines[lines.index("BEGIN:VTIMEZONE") :])
    start = datetime(2026, 12, 1, 15, tzinfo=tzical(StringIO(zone)).get())
    moments = [m.astimezone(UTC) for m in rrulestr(SERIES["rule"], dtstart=start)]
    assert len(moments) == 18
    # Summer time begins two days before the last one.
    assert [moment.hour for moment in moments] == [14] * 17 + [13]


def test_a_moved_session_takes_the_place_of_its_own_date():
    content = render(INVITATION._replace(**SERIES), MOVED)
    series, moved = vobject.readOne(content.decode()).vevent_list
    assert series.uid.value == moved.uid.value
    assert moved.recurrence_id.value == MOVED.slot_at
    assert moved.dtstart.value == MOVED.start_at
    assert "recurrence-id" not in series.contents
    assert content.decode().count("BEGIN:VTIMEZONE") == 1


def test_sessions_of_two_zones_have_both_described():
    other = MOVED._replace(zone="America/New_York")
    content = render(INVITATION._replace(**SERIES), other).decode()
    assert content.count("BEGIN:VTIMEZONE") == 2


def test_a_single_session_of_a_series_needs_no_zone():
    lines = unfolded(slot_at=MOVED.slot_at)
    assert "RECURRENCE-ID:20261215T140000Z" in lines
    assert "BEGIN:VTIMEZONE" not in lines


@pytest.mark.parametrize("values", [{"uid": "other"}, {"method": "CANCEL"}])
def test_one_file_is_about_one_series(values):
    with pytest.raises(ValueError, match="one file is about"):
        render(INVITATION, MOVED._replace(**values))


def test_an_unknown_zone_is_refused():
    with pytest.raises(ValueError, match="no such zone"):
        rendered(zone="Mars/Base")


def test_no_rule_can_add_a_line():
    lines = unfolded(rule="FREQ=DAILY\r\nX:1")
    assert [line for line in lines if line.startswith("X:")] == []


# --- lines -------------------------------------------------------------------------

LONG = "Очень длинное описание встречи, с запятыми; и точками с запятой. 👩\u200d⚕️ " * 9


def test_lines_are_folded_by_bytes_and_end_with_crlf():
    content = rendered(summary=LONG, description=LONG, location=LONG)
    assert content.endswith(b"\r\n")
    lines = content.split(b"\r\n")[:-1]
    assert max(len(line) for line in lines) <= 75
    for line in lines:
        assert line.decode()  # no letter is split, no line is empty
        assert b"\r" not in line
        assert b"\n" not in line


def test_folded_texts_come_back_whole():
    session = event(summary=LONG, description=LONG)
    assert session.summary.value == LONG.strip()
    assert session.description.value == LONG.strip()


NASTY = (
    "A\r\nATTENDEE:mailto:evil@x\nEND:VEVENT\rX:1\u2028Y\u2029Z\x0b\x0c\x1c\x85;,:\\"
)
NAMES = {line.split(":")[0].split(";")[0] for line in unfolded()}


@pytest.mark.parametrize("name", ["summary", "description", "location", "url", "uid"])
def test_no_text_can_add_a_line(name):
    lines = unfolded(**{name: NASTY})
    assert len(lines) == len(unfolded())
    assert {line.split(":")[0].split(";")[0] for line in lines} == NAMES


def test_no_name_can_add_a_line():
    lines = unfolded(organizer=(NASTY, "a@b.c"), attendees=[(NASTY, "a@b.c", NASTY)])
    assert len(lines) == len(unfolded())


def test_line_ends_in_a_description_are_kept_as_text():
    assert event(description="a\r\nb\rc\nd").description.value == "a\nb\nc\nd"


def test_commas_and_semicolons_are_text():
    assert event(summary="a,b;c\\d").summary.value == "a,b;c\\d"
    assert "SUMMARY:a\\,b\\;c\\\\d" in unfolded(summary="a,b;c\\d")


texts = st.text(st.characters(exclude_categories=["Cs"]))


@given(texts, texts, texts, texts)
def test_any_text_leaves_the_file_whole(summary, description, location, name):
    values = {
        "summary": summary,
        "description": description,
        "location": location,
        "organizer": (name, "a@b.c"),
        "attendees": [(name, "a@b.c", "ACCEPTED")],
    }
    content = rendered(**values)
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    lines = content.decode().replace("\r\n ", "").split("\r\n")
    assert {line.split(":")[0].split(";")[0] for line in lines} <= NAMES
    session = vobject.readOne(content.decode()).vevent
    assert session.uid.value == INVITATION.uid


@given(st.text(), st.text())
def test_half_letters_do_no_harm(summary, url):
    rendered(summary=summary + "\ud800", url=url + "\ud800", uid="u\udfff")
