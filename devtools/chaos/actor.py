# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What people do: each operation of the plan, as its own user would do it."""

import random
from datetime import datetime, timedelta, timezone
from urllib.parse import parse_qs, urlsplit

from devtools.chaos.rpc import NoAnswer, Refused
from zoom_simulator.sim_client import SimRefused

# Sessions are days ahead: Zoom ignores a start that has passed.
FIRST_DAY, LAST_DAY = 4, 60
LAST_DAY_OF_SERIES = 12
MINUTES = (25, 50, 60, 90)
EVENT = "calendar.event"
JOINS = 0.1  # so many operations go with a client who presses Join
NOTHING = "nothing there"  # then a session is planned instead
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_BUTTONS = {
    "moved": ("action_zoom_take_over", "action_zoom_keep_ours", "action_zoom_builtin"),
    "deleted": ("action_zoom_keep_ours", "action_zoom_builtin"),
}
_KNOWN = ["id", "name", "start", "stop", "active", "recurrency", "recurrence_id"]


class Actor:
    """Carries out operations for one practice."""

    def __init__(self, people, sim, ledger, began):
        """*began*: when the run began, aware; days are counted from it."""
        self._people = people
        self._sim = sim
        self._ledger = ledger
        self._today = began.replace(hour=0, minute=0, second=0, microsecond=0)

    def act(self, operation):
        """Does it and writes down how it ended; returns whether Odoo answered."""
        therapist = self._people.therapists[operation.therapist]
        rng = random.Random(operation.seed)
        work = getattr(self, f"_{operation.kind}")
        # With dice of its own, so that the operation itself is what it was.
        self._let_a_client_join(therapist, random.Random(f"join {operation.seed}"))
        try:
            outcome = work(therapist, rng, operation) or "done"
            if outcome == NOTHING:
                self._create(therapist, rng, operation)
            self._ledger.done(operation.kind, outcome)
            self._ledger.note(therapist.user.login, operation.kind, "→", outcome)
        except NoAnswer:
            self._ledger.done(operation.kind, "no answer")
            return False
        except (Refused, SimRefused) as error:
            self._ledger.done(operation.kind, "refused", str(error))
        return True

    def _let_a_client_join(self, therapist, rng):
        """Presses, now and then, the join link of a session without any log-in."""
        if rng.random() > JOINS:
            return
        try:
            session = self._pick(therapist, rng)
            if not session:
                return
            found = therapist.user.call(
                EVENT, "read", [session["id"]], ["videocall_location"]
            )
            for link in filter(None, (one["videocall_location"] for one in found)):
                answer = self._people.client.get(link)
                self._ledger.done("client_join", str(answer.status_code))
        except NoAnswer:
            self._ledger.done("client_join", "no answer")
        except Refused as error:  # deleted meanwhile
            self._ledger.done("client_join", "refused", str(error))

    # Sessions

    def _create(self, therapist, rng, operation):
        start = self._moment(rng, LAST_DAY)
        values = self._session(therapist, rng, operation, start)
        if rng.random() < 0.1:
            values["video_choice"] = "zoom"
        self._ledger.asked_for(values["name"], values["start"])
        self._call(self._planner(therapist, rng), "create", values)

    def _create_series(self, therapist, rng, operation):
        start = self._moment(rng, LAST_DAY_OF_SERIES)
        values = self._session(therapist, rng, operation, start)
        weekly = rng.random() < 0.6
        values |= {
            "recurrency": True,
            "rrule_type": "weekly" if weekly else "daily",
            "interval": 1,
            "end_type": "count",
            "count": rng.randint(3, 6),
            "event_tz": rng.choice((therapist.kind.zone, "Europe/Kyiv")),
        }
        if weekly:
            values[_WEEKDAYS[start.weekday()]] = True
        self._call(therapist.user, "create", values)

    def _session(self, therapist, rng, operation, start):
        guests = rng.sample(self._people.client_ids, rng.choice((1, 1, 1, 2)))
        stop = start + timedelta(minutes=rng.choice(MINUTES))
        return {
            "name": f"Session {operation.number:05}",
            "start": _text(start),
            "stop": _text(stop),
            "user_id": therapist.uid,
            "partner_ids": [[6, 0, [therapist.partner_id, *guests]]],
        }

    def _move(self, therapist, rng, _operation):
        session = self._pick(therapist, rng)
        if not session:
            return NOTHING
        start, stop = self._shifted(session, rng)
        self._note_start(session, start)
        values = {"start": _text(start), "stop": _text(stop)}
        self._write(self._planner(therapist, rng), session, values)
        return None

    def _move_series(self, therapist, rng, _operation):
        session = self._pick(therapist, rng, series=True)
        if not session:
            return NOTHING
        start, stop = _moment_of(session["start"]), _moment_of(session["stop"])
        shift = timedelta(minutes=rng.choice((-90, -30, 30, 60, 120)))
        how = rng.choice(("future_events", "all_events"))
        if self._is_shared(therapist, session):
            how = "self_only"
        values = {
            "start": _text(start + shift),
            "stop": _text(stop + shift),
            "recurrence_update": how,
        }
        self._call(therapist.user, "write", [session["id"]], values)
        return None

    def _is_shared(self, therapist, session):
        """Whether a colleague holds other sessions of the series.

        They are the colleague's to move: whoever neither takes part nor plans for
        others has no meetings made in somebody's account.
        """
        if not session["recurrence_id"]:
            return False
        series, _name = session["recurrence_id"]
        others = [["recurrence_id", "=", series], ["user_id", "!=", therapist.uid]]
        return bool(therapist.user.call(EVENT, "search_count", others))

    def _cancel(self, therapist, rng, _operation):
        session = self._pick(therapist, rng)
        if not session:
            return NOTHING
        self._call(therapist.user, "unlink", [session["id"]])
        return None

    def _cancel_series(self, therapist, rng, _operation):
        session = self._pick(therapist, rng, series=True)
        if not session:
            return NOTHING
        how = rng.choice(("all_events", "future_events"))
        self._call(therapist.user, "action_mass_deletion", [session["id"]], how)
        return None

    def _archive(self, therapist, rng, _operation):
        session = self._pick(therapist, rng)
        if not session:
            return NOTHING
        self._call(therapist.user, "action_archive", [session["id"]])
        return None

    def _restore(self, therapist, rng, _operation):
        session = self._pick(therapist, rng, active=False)
        if not session:
            return NOTHING
        self._call(therapist.user, "action_unarchive", [session["id"]])
        return None

    def _reassign(self, therapist, rng, _operation):
        """Whoever held it so far stays as a guest."""
        session = self._pick(therapist, rng)
        others = [one for one in self._people.therapists if one is not therapist]
        other = rng.choice(others)
        if not session:
            return NOTHING
        values = {"user_id": other.uid, "partner_ids": [[4, other.partner_id]]}
        self._write(self._planner(therapist, rng), session, values)
        return None

    def _rename(self, therapist, rng, _operation):
        session = self._pick(therapist, rng)
        if not session:
            return NOTHING
        values = {"name": f"{_key(session['name'])} {rng.choice('abcdef')}"}
        self._write(therapist.user, session, values)
        return None

    def _change_provider(self, therapist, rng, _operation):
        session = self._pick(therapist, rng)
        if not session:
            return NOTHING
        choice = rng.choice(("zoom", "auto", "auto", "builtin", "none"))
        self._write(therapist.user, session, {"video_choice": choice})
        return None

    def _decline(self, therapist, rng, _operation):
        session = self._pick(therapist, rng)
        if not session:
            return NOTHING
        found = therapist.user.call(
            "calendar.attendee",
            "search",
            [
                ["event_id", "=", session["id"]],
                ["partner_id", "=", therapist.partner_id],
            ],
        )
        therapist.user.call("calendar.attendee", "do_decline", found)
        return None

    def _try_again(self, therapist, rng, _operation):
        session = self._pick(therapist, rng)
        if not session:
            return NOTHING
        self._call(therapist.user, "action_zoom_retry", [session["id"]])
        return None

    def _new_room(self, therapist, rng, _operation):
        session = self._pick(therapist, rng)
        if not session:
            return NOTHING
        self._call(therapist.user, "action_zoom_new_room", [session["id"]])
        return None

    # The connection

    def _disconnect(self, therapist, rng, _operation):
        therapist.user.call("res.users", "zoom_disconnect", rng.random() < 0.4)

    def _connect(self, therapist, _rng, _operation):
        return self.connect(therapist)

    def connect(self, therapist):
        """Connects unless it is; what became of it.

        :raises NoAnswer: see `rpc`
        """
        card = therapist.user.call("res.users", "video_integrations")["zoom"]
        if card["state"] == "connected":
            return "was connected"
        start = therapist.user.post_form("/psynamica_zoom/connect")
        target = urlsplit(start.headers.get("Location", ""))
        asked = {name: values[0] for name, values in parse_qs(target.query).items()}
        if "state" not in asked:
            return "could not begin"
        consent = self._sim.authorize(
            therapist.zoom_email,
            redirect_uri=asked["redirect_uri"],
            state=asked["state"],
            scopes=therapist.kind.scopes.split(),
            code_challenge=asked["code_challenge"],
            code_challenge_method=asked["code_challenge_method"],
        )
        self._ledger.connects_now(therapist.email)
        back = therapist.user.get(consent["redirect"])
        return (
            "connected"
            if "zoom=connected" in back.headers.get("Location", "")
            else ("not connected")
        )

    # At Zoom

    def _remove_at_zoom(self, therapist, _rng, _operation):
        removed = self._sim.remove_app(therapist.zoom_email)
        return "done" if removed else NOTHING

    def _move_at_zoom(self, therapist, rng, operation):
        meeting = self._meeting(therapist, rng)
        if not meeting:
            return NOTHING
        start = _moment_of_zoom(meeting["start_time"])
        # To a time of its own: else two questions would look like one asked twice.
        start += timedelta(
            hours=rng.choice((-3, -2, 1, 2, 26)), minutes=operation.number % 60
        )
        self._ledger.starts_at_zoom[str(meeting["id"])].add(_text(start))
        self._sim.update_meeting(
            meeting["id"], start_time=start.strftime("%Y-%m-%dT%H:%M:%SZ")
        )
        return None

    def _rename_at_zoom(self, therapist, rng, _operation):
        meeting = self._meeting(therapist, rng)
        if not meeting:
            return NOTHING
        self._sim.update_meeting(meeting["id"], topic="Our talk")
        return None

    def _delete_at_zoom(self, therapist, rng, _operation):
        if not therapist.kind.is_told_of_deletions:
            return "nobody could know"
        meeting = self._meeting(therapist, rng)
        if not meeting:
            return NOTHING
        self._sim.delete_meeting(meeting["id"])
        return None

    def _decide(self, therapist, rng, _operation):
        """Answers what was done at Zoom: one of the buttons of the session's page."""
        sessions = therapist.user.call(
            EVENT,
            "search_read",
            self._coming(therapist),
            [*_KNOWN, "zoom_proposal", "zoom_meeting_number"],
            order="id desc",
            limit=40,
        )
        open_ones = [one for one in sessions if one["zoom_proposal"]]
        if not open_ones:
            return NOTHING
        session = rng.choice(open_ones)
        button = rng.choice(_BUTTONS[session["zoom_proposal"]])
        if button == "action_zoom_take_over":
            for start in self._starts_at_zoom(session):
                self._ledger.asked_for(_key(session["name"]), start)
        self._call(therapist.user, button, [session["id"]])
        return None

    def _starts_at_zoom(self, session):
        """The starts that the host has put this session's meeting to at Zoom.

        Without a connection the page shows no number: any that a host has chosen.
        """
        starts = self._ledger.starts_at_zoom
        number = (session["zoom_meeting_number"] or "").replace(" ", "")
        if number:
            return set(starts[number])
        return {start for chosen in list(starts.values()) for start in chosen}

    def _start_at_zoom(self, therapist, rng, _operation):
        """The host looks in days ahead, and leaves."""
        meeting = self._meeting(therapist, rng)
        if not meeting:
            return NOTHING
        self._sim.start_meeting(meeting["id"])
        self._sim.end_meeting(meeting["id"])
        return None

    def _own_meeting_at_zoom(self, therapist, rng, _operation):
        start = self._moment(rng, LAST_DAY)
        made = self._sim.create_meeting(
            therapist.zoom_email,
            topic="Supervision",
            start_time=start.strftime("%Y-%m-%dT%H:%M:%SZ"),
            duration=45,
        )
        self._ledger.own_meetings[made["id"]] = made["start_time"]

    def _expire_tokens(self, therapist, rng, _operation):
        self._sim.expire_tokens(therapist.zoom_email, "access")

    # Choosing

    def _planner(self, therapist, rng):
        """Mostly the therapists plan their sessions, now and then the coordinator."""
        return self._people.coordinator if rng.random() < 0.2 else therapist.user

    def _moment(self, rng, last_day):
        day = rng.randint(FIRST_DAY, last_day)
        minutes = rng.randrange(6 * 60, 18 * 60, 5)
        return self._today + timedelta(days=day, minutes=minutes)

    def _shifted(self, session, rng):
        """Another start, and a stop that keeps the length or changes it."""
        start, stop = _moment_of(session["start"]), _moment_of(session["stop"])
        length = stop - start
        if rng.random() < 0.3:
            length = timedelta(minutes=rng.choice(MINUTES))
        shift = timedelta(minutes=5 * rng.randint(-24, 24) or 5)
        if rng.random() < 0.3:
            shift += timedelta(days=rng.randint(0, 3))
        earliest = self._today + timedelta(days=FIRST_DAY)
        start = max(start + shift, earliest)
        return start, start + length

    def _pick(self, therapist, rng, active=True, series=False):
        """One of the therapist's coming sessions, fresh rather than old."""
        domain = self._coming(therapist, active)
        domain += [["recurrency", "=", True]] if series else []
        found = therapist.user.call(
            EVENT, "search_read", domain, _KNOWN, order="id desc", limit=40
        )
        return found[int(rng.random() ** 2 * len(found))] if found else None

    def _coming(self, therapist, active=True):
        return [
            ["user_id", "=", therapist.uid],
            ["start", ">", _text(self._today + timedelta(days=FIRST_DAY - 1))],
            ["active", "=", active],
        ]

    def _meeting(self, therapist, rng):
        """One of the meetings that we made for the therapist."""
        found = [
            one
            for one in self._sim.meetings(therapist.zoom_email, alive=True)
            if one["creation_source"] == "open_api" and one.get("start_time")
        ]
        return found[int(rng.random() * len(found))] if found else None

    def _note_start(self, session, start):
        if not session["recurrency"]:
            self._ledger.asked_for(_key(session["name"]), _text(start))

    def _write(self, user, session, values):
        """Changes one session only, also in a series."""
        if session["recurrency"]:
            values = {**values, "recurrence_update": "self_only"}
        self._call(user, "write", [session["id"]], values)

    def _call(self, user, method, *args):
        """The result of a method of sessions; the history says what came of it."""
        words = (user.login, method, *args)
        try:
            result = user.call(EVENT, method, *args)
        except (NoAnswer, Refused) as error:
            self._ledger.note(*words, "→", type(error).__name__)
            raise
        self._ledger.note(*words, "→", result)
        return result


def _key(name):
    """What stays of a session's name when it is renamed."""
    return " ".join(name.split()[:2])


def _text(moment):
    return moment.strftime("%Y-%m-%d %H:%M:%S")


def _moment_of(text):
    return datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=timezone.utc)


def _moment_of_zoom(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00"))
