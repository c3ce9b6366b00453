# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Nobody gets at what is closed: by reading, by asking in a roundabout way, by writing.

Which fields are closed is in `access_matrix.txt`; here every way to them is tried, for
every closed field there is.
"""

from odoo import fields
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.service.model import call_kw
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.psynamica_zoom.tests.people_case import PeopleCase

ADDON = "psynamica_zoom"
# These show Zoom's own link to staff, which is tried below.
OPEN_TO_THOSE_WHO_TAKE_PART = {
    ("calendar.event", "zoom_join_url"),
    ("calendar.event", "zoom_passcode"),
}
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
CANARY = "canary-planted-by-an-attacker-5e1f"


class SecretCase(PeopleCase):
    def closed_names(self):
        """Return model → its closed fields, of this addon."""
        found = {}
        for name, model in self.env.registry.items():
            closed = {
                field.name
                for field in model._fields.values()
                if field.groups == fields.NO_ACCESS and ADDON in field._modules
            }
            if closed and not model._abstract:
                found[name] = sorted(closed)
        return found

    def closed(self):
        """Yield (a record as somebody sees it, a closed field, words for both)."""
        for name, field_names in self.closed_names().items():
            record = self.record_of(name)
            for field_name in field_names:
                for role, user in self.people.items():
                    words = {"model": name, "field": field_name, "role": role}
                    yield record.with_user(user), field_name, words


class Refusals(SecretCase):
    by_letters = False

    def refused(self, name, *arguments, **options):
        """Assert that a call over RPC is refused for every closed field and role.

        :param arguments: may be functions of the field's name
        """
        count = 0
        for records, field_name, words in self.closed():
            given = [one(field_name) if callable(one) else one for one in arguments]
            method = getattr(type(records), name)
            ids = [] if getattr(method, "_api_model", False) else [records.ids]
            if self.by_letters and records._fields[field_name].type == "boolean":
                continue  # it has none
            with self.subTest(**words), self.assertRaises(AccessError):
                call_kw(records.browse(), name, [*ids, *given], options)
            count += 1
        self.assertGreater(count, 100)


@tagged("post_install", "-at_install")
class TestReading(Refusals):
    def test_secrets_are_closed(self):
        """The search itself finds what it must."""
        closed = self.closed_names()
        for model, name in (
            ("psynamica.zoom.app", "client_secret_sealed"),
            ("psynamica.zoom.app", "webhook_secret_sealed"),
            ("psynamica.zoom.app", "webhook_secret_previous_sealed"),
            ("psynamica.zoom.connection", "access_token_sealed"),
            ("psynamica.zoom.connection", "refresh_token_sealed"),
            ("psynamica.zoom.meeting", "join_url"),
            ("psynamica.zoom.meeting", "passcode"),
            ("calendar.event", "video_token"),
            ("calendar.attendee", "video_token"),
        ):
            self.assertIn(name, closed[model])

    def test_read(self):
        self.refused("read", lambda name: [name])

    def test_web_read(self):
        self.refused("web_read", lambda name: {name: {}})

    def test_search(self):
        for operator, value in (("!=", False), ("=", False), ("in", [False])):
            self.refused("search", lambda name, o=operator, v=value: [(name, o, v)])

    def test_search_by_letters(self):
        self.by_letters = True
        self.refused("search_count", lambda name: [(name, "=like", "A%")])
        self.refused("search_read", lambda name: [(name, "ilike", "A")], ["id"])

    def test_sorting(self):
        self.refused("search", [], 0, 1, lambda name: f"{name} desc")

    def test_grouping(self):
        self.refused("formatted_read_group", [], lambda name: [name], ["__count"])
        self.refused("formatted_read_group", [], [], lambda name: [f"{name}:array_agg"])

    def test_export(self):
        group = self.env.ref("base.group_allow_export")
        for user in self.people.values():
            # Not for everybody, but it is the fields that must refuse.
            self.env.cr.execute(
                "INSERT INTO res_groups_users_rel (gid, uid) VALUES (%s, %s)"
                " ON CONFLICT DO NOTHING",
                [group.id, user.id],
            )
        self.env.registry.clear_cache("groups", "default")
        self.env.invalidate_all()
        self.refused("export_data", lambda name: [name])

    def test_by_way_of_another_record(self):
        roads = (
            ("res.users", "zoom_connection_ids.refresh_token_sealed"),
            ("psynamica.zoom.meeting", "connection_id.access_token_sealed"),
            ("psynamica.zoom.connection", "meeting_ids.join_url"),
            ("psynamica.zoom.connection", "meeting_ids.passcode"),
            ("calendar.event", "attendee_ids.video_token"),
            ("calendar.attendee", "event_id.video_token"),
            ("psynamica.zoom.meeting", "event_id.attendee_ids.video_token"),
        )
        for name, path in roads:
            for role, user in self.people.items():
                model = self.env[name].with_user(user)
                with self.subTest(path=path, role=role):
                    with self.assertRaises(AccessError):
                        model.search([(path, "=like", "a%")])
                    shown = {}
                    for part in reversed(path.split(".")):
                        shown = {part: {"fields": shown} if shown else {}}
                    with self.assertRaises(AccessError):
                        self.record_of(name).with_user(user).web_read(shown)

    def test_names_and_screens(self):
        secrets = [self.connection._open("access_token_sealed"), self.meeting.join_url]
        for name, closed in self.closed_names().items():
            for user in self.people.values():
                model = self.env[name].with_user(user)
                self.assertFalse(set(closed) & set(model.fields_get()), name)
                if not model.has_access("read"):
                    continue
                shown = str(model.name_search("")) + str(self.all_of_ours(model))
                for secret in secrets:
                    self.assertNotIn(secret, shown)

    def all_of_ours(self, model):
        """Return what somebody sees in the fields that this addon adds."""
        own = [
            name
            for name in model.fields_get()
            if ADDON in model._fields[name]._modules
            and not model._fields[name].relational
            and (model._name, name) not in OPEN_TO_THOSE_WHO_TAKE_PART
        ]
        return model.search([]).read(own)


@tagged("post_install", "-at_install")
class TestWriting(Refusals):
    def test_write(self):
        self.refused("write", lambda name: {name: CANARY})

    def test_web_save(self):
        self.refused("web_save", lambda name: {name: CANARY}, {"id": {}})

    def test_create(self):
        for name, closed in self.closed_names().items():
            for role, user in self.people.items():
                for field_name in closed:
                    with self.subTest(model=name, field=field_name, role=role):
                        values = {field_name: CANARY, **self.needed(name)}
                        with self.assertRaises(AccessError):
                            call_kw(
                                self.env[name].with_user(user), "create", [values], {}
                            )

    def needed(self, name):
        if name == "calendar.event":
            return {"name": "x", "start": self.start, "stop": self.start}
        if name == "calendar.attendee":
            return {"event_id": self.event.id, "partner_id": self.client.id}
        return {}

    def test_import(self):
        for name, closed in self.closed_names().items():
            for user in self.people.values():
                for field_name in closed:
                    columns = [field_name, *self.needed(name)]
                    row = [CANARY, *map(str, self.needed(name).values())]
                    with self.subTest(model=name, field=field_name):
                        self.assert_not_imported(name, user, columns, row)

    def assert_not_imported(self, name, user, columns, row):
        model = self.env[name].with_user(user)
        with self.env.cr.savepoint() as savepoint, mute_logger("odoo.sql_db"):
            try:
                result = call_kw(model, "load", [columns, [row]], {})
            except AccessError:
                return
            finally:
                savepoint.rollback()
        self.assertFalse(result["ids"])

    def test_defaults_in_the_context(self):
        for name in ("calendar.event", "calendar.attendee"):
            for field_name in self.closed_names()[name]:
                context = {f"default_{field_name}": CANARY}
                values = [self.needed(name)]
                for role, user in self.people.items():
                    model = self.env[name].with_user(user)
                    with self.subTest(field=field_name, role=role):
                        with self.assertRaises(AccessError):
                            call_kw(model, "create", values, {"context": context})
                        asking = model.with_context(context)
                        self.assertNotIn(CANARY, str(asking.default_get([field_name])))

    def test_defaults_in_the_context_of_what_works_with_all_rights(self):
        """Odoo checks such defaults for the caller only."""
        for name in ("calendar.event", "calendar.attendee"):
            closed = self.closed_names()[name]
            context = {f"default_{field_name}": CANARY for field_name in closed}
            model = self.env[name].with_user(self.stranger).with_context(context)
            new = model.sudo().create(self.needed(name))
            for field_name in closed:
                self.assertNotEqual(new[field_name], CANARY)

    def test_defaults_for_rows_made_on_the_way(self):
        """A session makes rows for its meeting and for its attendees."""
        context = {
            "default_join_url": "https://evil.example/",
            "default_passcode": CANARY,
            "default_zoom_id": "98765432101",
            "default_connection_id": self.connection.id,
            "default_token": CANARY,
        }
        people = (self.therapist.partner_id | self.client).ids
        event_id = call_kw(
            self.env["calendar.event"].with_user(self.therapist),
            "create",
            [
                {
                    "name": "x",
                    "start": self.start,
                    "stop": self.start.replace(hour=11),
                    "user_id": self.therapist.id,
                    "partner_ids": [Command.set(people)],
                }
            ],
            {"context": context},
        )
        self.deliver()
        event = self.env["calendar.event"].browse(event_id)
        meeting = self.meeting_of(event)
        self.assertIn(meeting.zoom_id, self.at_zoom())
        self.assertNotIn("evil", meeting.join_url)
        self.assertNotIn(CANARY, [meeting.passcode, event.sudo().video_token])
        self.assertNotIn(CANARY, event.sudo().attendee_ids.mapped("video_token"))
        self.assertNotIn(CANARY, event._video_join_url())

    def test_copy(self):
        copy = self.event.with_user(self.therapist).copy()
        own = [copy._video_join_url(), *map(copy._video_join_url, copy.attendee_ids)]
        old = [self.event._video_join_url()]
        old += map(self.event._video_join_url, self.event.attendee_ids)
        self.assertFalse(set(own) & set(old))
        for name in ("psynamica.zoom.app", "psynamica.zoom.connection"):
            for user in self.people.values():
                with self.assertRaises(AccessError):
                    self.record_of(name).with_user(user).copy()


@tagged("post_install", "-at_install")
class TestSideDoors(SecretCase):
    """What is closed for some people only: rooms of sessions they take no part in."""

    def test_form_that_is_not_saved(self):
        """In an unsaved form anybody can make themselves the organiser."""
        shown = {"zoom_join_url": {}, "zoom_passcode": {}, "zoom_meeting_number": {}}
        shown |= {"user_id": {}, "partner_ids": {}, "privacy": {}}
        claims = (
            {"user_id": self.stranger.id},
            {"partner_ids": [Command.link(self.stranger.partner_id.id)]},
            {"user_id": self.stranger.id, "privacy": "public"},
        )
        for privacy in ("public", "private"):
            self.event.privacy = privacy
            self.env.flush_all()
            for claim in claims:
                self.env.invalidate_all()
                event = self.event.with_user(self.stranger)
                try:
                    answer = event.onchange(claim, list(claim), shown)
                except AccessError:
                    self.assertEqual(privacy, "private")
                    continue
                for secret in (self.meeting.join_url, self.meeting.passcode):
                    self.assertNotIn(secret, str(answer))

    def test_the_form_of_those_who_take_part_shows_the_room(self):
        event = self.event.with_user(self.therapist)
        shown = {"zoom_join_url": {}, "zoom_passcode": {}, "name": {}}
        answer = event.onchange({"name": "y"}, ["name"], shown)
        self.assertNotIn("error", answer)
        self.assertEqual(event.zoom_join_url, self.meeting.join_url)

    def test_links_of_private_sessions_by_letters(self):
        self.event.privacy = "private"
        link = self.event.videocall_location
        self.env.flush_all()
        paths = (
            ("calendar.event", "videocall_location", self.event),
            (
                "calendar.attendee",
                "event_id.videocall_location",
                self.event.attendee_ids,
            ),
        )
        for name, path, records in paths:
            for operator, value in (("=like", link[:-3] + "%"), ("=", link)):
                found = {
                    role: bool(
                        self.env[name].with_user(user).search([(path, operator, value)])
                        & records
                    )
                    for role, user in self.people.items()
                    if role not in ("public", "portal")
                }
                expected = dict.fromkeys(found, False) | {"therapist": True}
                with self.subTest(path=path, operator=operator):
                    self.assertEqual(found, expected)

    def test_links_of_private_sessions_by_sorting(self):
        self.event.privacy = "private"
        self.env.flush_all()
        for order in ("videocall_location", "name, videocall_location desc"):
            found = (
                self.env["calendar.event"]
                .with_user(self.stranger)
                .search([], order=order)
            )
            self.assertNotIn(self.event, found)
            own = (
                self.env["calendar.event"]
                .with_user(self.therapist)
                .search([], order=order)
            )
            self.assertIn(self.event, own)

    def test_links_of_private_sessions_by_grouping(self):
        self.event.privacy = "private"
        self.env.flush_all()
        groups = (
            self.env["calendar.event"]
            .with_user(self.stranger)
            .formatted_read_group([], ["videocall_location"], ["__count"])
        )
        self.assertNotIn(self.event.videocall_location, str(groups))

    def test_own_link_of_a_therapist(self):
        """A lasting room of one's own is the colleagues' to know, not the clients'."""
        self.therapist.video_custom_link = "https://meet.example/canary-room"
        self.env.flush_all()
        self.env.invalidate_all()
        for role in ("public", "portal"):
            seen = self.env["res.users"].with_user(self.people[role])
            with self.subTest(role=role):
                with self.assertRaises(AccessError):
                    seen.browse(self.therapist.id).read(["video_custom_link"])
                found = seen.search([("video_custom_link", "=like", "https://meet%")])
                self.assertNotIn(self.therapist, found)

    def test_private_methods_over_rpc(self):
        for model, name in (
            ("psynamica.zoom.app", "_open"),
            ("psynamica.zoom.connection", "_open"),
            ("psynamica.zoom.connection", "_access_token"),
            ("psynamica.zoom.connection", "_store_pair"),
            ("calendar.event", "_video_resolve"),
            ("res.users", "_zoom_connect"),
        ):
            for user in self.people.values():
                with self.assertRaises(AccessError):
                    call_kw(self.env[model].with_user(user), name, [[1]], {})


@tagged("post_install", "-at_install")
class TestKeptFields(PeopleCase):
    """What ties a session to its series and files: read by staff, written by nobody."""

    chosen = {
        "video_ics_uid": CANARY,
        "video_sequence": 99,
        "video_series": CANARY,
        "video_slot_at": "2030-01-01 10:00:00",
    }

    def test_nobody_chooses_them(self):
        new = {"name": "x", "start": self.start, "stop": self.start}
        for role in ("therapist", "coordinator", "administrator"):
            events = self.event.with_user(self.people[role])
            for name, value in self.chosen.items():
                calls = (
                    ("write", [events.ids, {name: value}]),
                    ("web_save", [events.ids, {name: value}, {"id": {}}]),
                    ("create", [[{**new, name: value}]]),
                )
                for method, arguments in calls:
                    words = {"role": role, "field": name, "method": method}
                    with self.subTest(**words), self.assertRaises(AccessError):
                        call_kw(events.browse(), method, arguments, {})

    def test_no_mark_of_a_caller_opens_them(self):
        events = self.event.with_user(self.therapist)
        for mark in (True, 1, "object", {}):
            with self.assertRaises(AccessError):
                call_kw(
                    events.browse(),
                    "write",
                    [events.ids, {"video_series": CANARY}],
                    {"context": {"video_kept": mark}},
                )

    def test_defaults_in_the_context_are_left_alone(self):
        context = {f"default_{name}": value for name, value in self.chosen.items()}
        event_id = call_kw(
            self.env["calendar.event"].with_user(self.therapist),
            "create",
            [{"name": "x", "start": self.start, "stop": self.start}],
            {"context": context},
        )
        event = self.env["calendar.event"].browse(event_id)
        self.assertNotEqual(event.video_ics_uid, CANARY)
        self.assertFalse(event.video_sequence)
        self.assertFalse(event.video_series)
        self.assertFalse(event.video_slot_at)

    def test_a_series_keeps_its_own(self):
        """Core copies them as the user who plans the series."""
        event = self.plan_series_as(self.therapist)
        series = event.recurrence_id.calendar_event_ids
        self.assertEqual(len(series), 3)
        self.assertEqual(len(set(series.mapped("video_series"))), 1)
        self.assertEqual(len(set(series.mapped("video_ics_uid"))), 1)

    def plan_series_as(self, user):
        values = {
            "name": "x",
            "start": self.start,
            "stop": self.start.replace(hour=23),
            "user_id": user.id,
            "recurrency": True,
            "rrule_type": "weekly",
            "interval": 1,
            "end_type": "count",
            "count": 3,
            WEEKDAYS[self.start.weekday()]: True,
        }
        return self.env["calendar.event"].with_user(user).create([values]).sudo()
