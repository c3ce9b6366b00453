# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Who may see and do what, for everybody there is."""

from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .people_case import PeopleCase, models_of
from .zoom_case import BORIS

STAFF_FIELDS = ("zoom_join_url", "zoom_meeting_number", "zoom_passcode")


@tagged("post_install", "-at_install")
class TestModels(PeopleCase):
    def test_nobody_changes_a_row_by_hand(self):
        for user in self.people.values():
            for name in models_of(self.env, "psynamica_zoom"):
                model = self.env[name].with_user(user)
                for operation in ("write", "create", "unlink"):
                    self.assertFalse(model.has_access(operation), (name, operation))
                with self.assertRaises(AccessError):
                    self.record_of(name).with_user(user).unlink()
                with self.assertRaises(AccessError):
                    model.create({})

    def test_ones_own_connection_only(self):
        self.connect(self.stranger, BORIS)
        connections = self.env["psynamica.zoom.connection"]
        for role, user in self.people.items():
            if role in ("public", "portal"):
                continue
            seen = connections.with_user(user).search([]).user_id
            everybody = self.therapist | self.stranger
            expected = everybody if role == "administrator" else everybody & user
            self.assertEqual(seen & everybody, expected)

    def test_a_connection_of_somebody_else_is_not_found_by_what_it_says(self):
        connections = self.env["psynamica.zoom.connection"].with_user(self.stranger)
        self.assertFalse(connections.search([("email", "!=", False)]))
        with self.assertRaises(AccessError):
            self.connection.with_user(self.stranger).read(["email"])
        with self.assertRaises(AccessError):
            self.therapist.with_user(self.stranger).read(["zoom_connection_ids"])


@tagged("post_install", "-at_install")
class TestSessionAccess(PeopleCase):
    def test_those_who_take_part_see_the_room(self):
        event = self.event.with_user(self.therapist)
        self.assertEqual(event.zoom_join_url, self.meeting.join_url)
        self.assertEqual(event.zoom_passcode, self.meeting.passcode)
        self.assertTrue(event.video_can_manage)

    def test_a_coordinator_sees_the_room(self):
        event = self.event.with_user(self.people["coordinator"])
        self.assertEqual(event.zoom_join_url, self.meeting.join_url)

    def test_a_stranger_sees_that_there_is_one_but_not_where(self):
        event = self.event.with_user(self.stranger)
        [seen] = event.read([*STAFF_FIELDS, "video_state", "video_can_manage"])
        self.assertEqual([seen[name] for name in STAFF_FIELDS], [False] * 3)
        self.assertEqual(seen["video_state"], "ready")
        self.assertFalse(seen["video_can_manage"])

    def test_a_private_session_hides_its_room_from_colleagues(self):
        self.event.privacy = "private"
        self.env.flush_all()
        for role in ("stranger", "coordinator"):
            with self.subTest(role=role):
                self.env.invalidate_all()
                event = self.event.with_user(self.people[role])
                [seen] = event.read([*STAFF_FIELDS, "videocall_location"])
                for name in (*STAFF_FIELDS, "videocall_location"):
                    self.assertFalse(seen[name], name)

    def test_a_colleague_moves_a_session_planned_from_what_they_may_not_read(self):
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        self.therapist.company_ids |= elsewhere
        secret = self.client.copy({"company_id": elsewhere.id})
        quietly = self.env["mail.activity"].with_context(mail_activity_quick_update=1)
        activity = quietly.create(
            {
                "res_model_id": self.env["ir.model"]._get_id(secret._name),
                "res_id": secret.id,
                "activity_type_id": self.env.ref("mail.mail_activity_data_meeting").id,
                "user_id": self.therapist.id,
                "calendar_event_id": self.event.id,
                "summary": "Session",
            }
        )
        start = self.event.start + timedelta(hours=1)
        self.env.flush_all()
        self.env.invalidate_all()
        self.event.with_user(self.stranger).write({"name": "Later", "start": start})
        self.assertEqual((self.event.name, self.event.start), ("Later", start))
        self.assertEqual(activity.summary, "Session", "not theirs to change")
        self.env.invalidate_all()
        self.event.with_user(self.therapist).write({"name": "Later still"})
        self.assertEqual(activity.summary, "Later still")

    def test_a_client_reads_the_link_of_their_own_session_and_no_more(self):
        event = self.event.with_user(self.portal)
        [seen] = event.read(["videocall_location"])
        self.assertIn("/video/join/", seen["videocall_location"])
        for name in (*STAFF_FIELDS, "video_custom_url", "video_series"):
            with self.subTest(field=name), self.assertRaises(AccessError):
                event.read([name])

    def test_a_client_does_not_read_sessions_of_others(self):
        other = self.plan_session(
            partner_ids=[Command.set(self.colleague.partner_id.ids)]
        )
        with self.assertRaises(AccessError):
            other.with_user(self.portal).read(["videocall_location"])

    def test_the_public_reads_nothing(self):
        with self.assertRaises(AccessError):
            self.event.with_user(self.people["public"]).read(["videocall_location"])

    def test_strangers_do_not_touch_the_room(self):
        wanted = self.meeting.wanted
        for role in ("public", "portal", "stranger"):
            event = self.event.with_user(self.people[role])
            for button in (event.action_zoom_retry, event.action_zoom_new_room):
                with self.subTest(role=role), self.assertRaises(AccessError):
                    button()
        self.deliver()
        self.assertEqual(self.meeting.wanted, wanted)
        self.assertEqual(self.meeting_of(self.event), self.meeting)

    def test_a_coordinator_does_not_touch_a_private_room(self):
        self.event.privacy = "private"
        event = self.event.with_user(self.people["coordinator"])
        for button in (event.action_zoom_retry, event.action_zoom_new_room):
            with self.assertRaises(AccessError):
                button()

    def test_those_who_take_part_do(self):
        wanted = self.meeting.wanted
        self.event.with_user(self.therapist).action_zoom_retry()
        self.commit()
        self.assertGreater(self.meeting.wanted, wanted)

    def test_the_administrators_list_is_for_administrators(self):
        for role, user in self.people.items():
            wanted = self.meeting.wanted
            if role == "administrator":
                self.meeting.with_user(user).action_retry()
                self.assertGreater(self.meeting.wanted, wanted)
                continue
            with self.assertRaises(AccessError):
                self.meeting.with_user(user).action_retry()
            self.assertEqual(self.meeting.wanted, wanted)


@tagged("post_install", "-at_install")
class TestOwnScreen(PeopleCase):
    def screen(self, user):
        return self.env["res.users"].with_user(user)

    def test_outsiders_have_none(self):
        for role in ("public", "portal"):
            screen = self.screen(self.people[role])
            calls = (
                screen.video_integrations,
                lambda screen=screen: screen.video_save_defaults({"rule": "never"}),
                screen.zoom_disconnect,
                screen.zoom_disconnect_now,
            )
            for call in calls:
                with self.subTest(role=role), self.assertRaises(AccessError):
                    call()
        self.assertEqual(self.connection.state, "connected")

    def test_it_is_about_the_caller_whoever_is_asked(self):
        card = self.therapist.with_user(self.stranger).video_integrations()
        self.assertEqual(card["zoom"]["state"], "connect")
        self.assertEqual(card["zoom"]["email"], "")

    def test_it_changes_the_caller_whoever_is_asked(self):
        others = self.therapist.with_user(self.stranger)
        others.video_save_defaults({"provider": "builtin", "rule": "never"})
        self.assertEqual(self.stranger.video_default_provider, "builtin")
        self.assertFalse(self.therapist.video_default_provider)
        self.assertFalse(self.therapist.video_default_rule)

    def test_it_disconnects_the_caller_whoever_is_asked(self):
        for role in ("stranger", "coordinator", "administrator"):
            user = self.people[role]
            self.therapist.with_user(user).zoom_disconnect()
            self.therapist.with_user(user).zoom_disconnect(delete_meetings=True)
            self.assertEqual(self.connection.state, "connected")
        own = self.connect(self.stranger, BORIS)
        self.therapist.with_user(self.stranger).zoom_disconnect()
        self.assertEqual(own.state, "disconnected")
        self.assertEqual(self.connection.state, "connected")

    def test_defaults_are_what_is_offered(self):
        screen = self.screen(self.therapist)
        for values in (
            {"provider": "elsewhere"},
            {"rule": "sometimes"},
            {"login": "root"},
        ):
            with self.subTest(values=values), self.assertRaises(UserError):
                screen.video_save_defaults(values)

    def test_defaults_of_others_are_not_written(self):
        with self.assertRaises(AccessError):
            self.therapist.with_user(self.stranger).write(
                {"video_default_provider": "none"}
            )
