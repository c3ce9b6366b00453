# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The screens in a real browser: tours over real data, and the unit tests in JS."""

from datetime import timedelta

from odoo import fields
from odoo.tests import new_test_user, tagged

from .components_case import ComponentsCase


@tagged("post_install", "-at_install")
class TestTours(ComponentsCase):
    def setUp(self):
        super().setUp()
        # The bot's greeting would lie over the buttons.
        self.therapist.odoobot_state = "disabled"

    def tour(self, name, path):
        self.start_tour(path, name, login=self.therapist.login)

    def test_defaults_are_chosen_on_the_integrations_screen(self):
        self.tour("psynamica_choose_defaults", "/odoo")
        self.assertEqual(self.therapist.video_default_provider, "custom")
        self.assertEqual(self.therapist.video_custom_link, "https://meet.example/anna")
        self.assertEqual(self.therapist.video_default_rule, "always")

    def test_connection_is_shown_and_ended_on_the_card(self):
        connection = self.connect(self.therapist)
        self.tour("psynamica_disconnect", "/odoo/integrations")
        self.assertEqual(connection.state, "disconnected")
        self.assertFalse(connection.access_token_sealed)
        self.assertFalse(connection.refresh_token_sealed)

    def test_without_an_app_the_card_names_whom_to_ask(self):
        self.app._set_credentials("", "", "")
        self.env.ref("base.group_system").user_ids.active = False
        new_test_user(
            self.env, "ada", "base.group_user,base.group_system", name="Ada Admin"
        )
        self.tour("psynamica_ask_an_administrator", "/odoo/integrations")

    def test_choice_survives_the_way_from_quick_create_to_the_popover(self):
        self.therapist.video_default_provider = "builtin"
        self.tour("psynamica_quick_session", "/odoo/calendar")
        event = self.env["calendar.event"].search(
            [("name", "=", "Session by quick create")]
        )
        self.assertEqual(event.video_choice, "builtin")
        self.assertEqual(event.video_provider, "builtin")
        self.assertIn(event.video_token, event.videocall_location)

    def test_room_that_failed_is_tried_again_from_the_form(self):
        event = self.session_at_zoom()
        meeting = self.meeting_of(event)
        meeting.write({"state": "failed", "next_attempt_at": False})
        self.tour("psynamica_try_again", f"/odoo/calendar/{event.id}")
        self.assertTrue(meeting.next_attempt_at)
        self.assertNotEqual(meeting.state, "failed")

    def test_new_room_is_made_from_the_form_after_a_question(self):
        event = self.session_at_zoom()
        first = self.meeting_of(event)
        first.write({"state": "ready", "zoom_id": "81234567890"})
        self.tour("psynamica_new_room", f"/odoo/calendar/{event.id}")
        self.env.cr.precommit.run()
        self.assertEqual(first.state, "removing")
        self.assertNotEqual(self.meeting_of(event), first)

    def test_calendar_of_whoever_never_used_the_product_is_untouched(self):
        self.tour("psynamica_untouched_calendar", "/odoo/calendar/new")
        event = self.env["calendar.event"].search(
            [("name", "=", "An event like before")]
        )
        self.assertIn(event.DISCUSS_ROUTE, event.videocall_location)
        self.assertFalse(event.video_provider)
        self.assertFalse(event.video_token)

    def test_components_keep_their_promises(self):
        self.run_components("psynamica_zoom")

    def session_at_zoom(self):
        self.connect(self.therapist)
        start = fields.Datetime.now() + timedelta(days=1)
        event = (
            self.env["calendar.event"]
            .with_user(self.therapist)
            .with_context(no_mail_to_attendees=True)
            .create(
                {
                    "name": "Session",
                    "start": start,
                    "stop": start + timedelta(hours=1),
                    "video_choice": "zoom",
                }
            )
        )
        self.env.cr.precommit.run()
        return event

    def meeting_of(self, event):
        self.env.invalidate_all()
        return (
            self.env["psynamica.zoom.meeting"]
            .sudo()
            .search([("event_id", "=", event.id)])
        )
