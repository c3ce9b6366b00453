# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Services: their links, who is missing at Zoom, and what Zoom is told."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, new_test_user, tagged

from ..services.link_name import link_name
from .booking_case import BookingCase


@tagged("post_install", "-at_install")
class TestServiceForm(BookingCase):
    def test_manager_makes_a_service(self):
        form = Form(self.env["psynamica.booking.service"].with_user(self.manager))
        form.name = "First talk"
        form.minutes = 25
        form.location = "in_person"
        form.address = "Linden Street 5"
        service = form.save()
        self.assertEqual(service.slug, "first-talk")
        self.assertFalse(service.unconnected_ids)

    def test_kind_sets_the_number_of_participants(self):
        form = Form(self.env["psynamica.booking.service"].with_user(self.manager))
        form.name = "Couples"
        form.kind = "couple"
        self.assertEqual(form.capacity, 2)

    def test_links_are_those_of_the_scheduling_page(self):
        service = self.service.with_user(self.manager)
        self.assertTrue(service.public_url.endswith("/book/consultation"))
        token = service.access_token
        self.assertTrue(service.private_url.endswith(f"/book/p/{token}"))
        service.is_published = False
        self.assertFalse(service.public_url)
        self.assertTrue(service.private_url)

    def links(self, service):
        """Return what the service's form shows: therapist → link."""
        shown = service.web_read(
            {
                "linked_user_ids": {
                    "fields": {"name": {}, "booking_link": {}},
                    "context": {"booking_link_service_id": service.id},
                }
            }
        )
        return {row["name"]: row["booking_link"] for row in shown[0]["linked_user_ids"]}

    def test_links_to_one_therapist_are_listed(self):
        service = self.service.with_user(self.manager)
        self.colleague.booking_slug = "doctor"
        links = self.links(service)
        self.assertEqual(set(links), {self.therapist.name, self.colleague.name})
        self.assertEqual(links[self.colleague.name], f"{service.public_url}/doctor")
        self.assertEqual(
            links[self.therapist.name],
            f"{service.public_url}/{link_name(self.therapist.name)}",
        )
        self.colleague.active = False
        self.env.invalidate_all()
        self.assertEqual(set(self.links(service)), {self.therapist.name})
        service.is_published = False
        self.env.invalidate_all()  # as another look at the page
        self.assertFalse(self.links(service)[self.therapist.name])

    def test_therapist_chooses_the_name_in_the_link(self):
        own = self.therapist.with_user(self.therapist)
        view = self.env.ref("base.view_users_form_simple_modif")
        form = Form(own, view=view)
        form.booking_slug = "anna-k"
        form.save()
        self.assertEqual(self.therapist.booking_slug, "anna-k")
        for wrong in ("Anna", "a/b", "a b", "../x"):
            with self.assertRaises(ValidationError), self.env.cr.savepoint():
                own.booking_slug = wrong

    def test_nobody_chooses_for_a_colleague_and_clients_have_no_link(self):
        with self.assertRaises(AccessError):
            self.colleague.with_user(self.therapist).booking_slug = "mine"
        visitor = new_test_user(self.env, "pia", "base.group_portal")
        with self.assertRaises(ValidationError):
            visitor.with_user(visitor).write({"booking_slug": "anna"})

    def test_new_private_link_replaces_the_old_one(self):
        service = self.service.with_user(self.manager)
        before = service.private_url
        service.action_new_private_link()
        self.assertNotEqual(service.private_url, before)
        with self.assertRaises(AccessError):
            self.service.with_user(self.therapist).action_new_private_link()

    def test_bookings_are_counted_as_far_as_one_may_see_them(self):
        self.book()
        self.assertEqual(self.service.with_user(self.manager).booking_count, 1)
        self.assertEqual(self.service.with_user(self.therapist).booking_count, 1)
        self.assertEqual(self.service.with_user(self.colleague).booking_count, 0)
        action = self.service.with_user(self.manager).action_open_bookings()
        found = self.env["psynamica.booking"].search(action["domain"])
        self.assertEqual(found.service_id, self.service)

    def test_topic_preview(self):
        self.service.topic_template = "Visit {code}"
        self.assertEqual(self.service.topic_preview, "Visit 7K3F")


@tagged("post_install", "-at_install")
class TestRemindingTherapists(BookingCase):
    def remind(self):
        return self.service.with_user(self.manager).action_remind_unconnected()

    def tasks(self):
        return self.env["mail.activity"].search([("user_id", "=", self.colleague.id)])

    def mails(self):
        return self.env["mail.mail"].search(
            [("recipient_ids", "in", self.colleague.partner_id.ids)]
        )

    def test_names_of_the_unconnected_are_shown(self):
        self.assertEqual(self.service.unconnected_names, self.colleague.name)
        self.service.location = "in_person"
        self.assertFalse(self.service.unconnected_names)

    def test_each_gets_one_task_and_one_mail(self):
        action = self.remind()
        self.assertIn(self.colleague.name, action["params"]["message"])
        self.assertEqual(len(self.tasks()), 1)
        self.assertEqual(len(self.mails()), 1)
        self.assertIn("/odoo/integrations", self.mails().body_html)

    def test_once_a_day(self):
        self.remind()
        self.remind()
        self.assertEqual(len(self.mails()), 1)
        self.colleague.sudo().zoom_reminded_at = fields.Datetime.now() - timedelta(1)
        self.remind()
        self.assertEqual(len(self.mails()), 2)
        self.assertEqual(len(self.tasks()), 1)

    def test_only_managers_remind(self):
        with self.assertRaises(AccessError):
            self.service.with_user(self.therapist).action_remind_unconnected()


@tagged("post_install", "-at_install")
class TestZoomProfile(BookingCase):
    def at_zoom(self):
        [meeting] = self.sim.meetings(alive=True)
        return meeting

    def test_meeting_is_made_by_the_services_profile(self):
        self.service.write(
            {
                "topic_template": "Visit {code}",
                "waiting_room": False,
                "join_before_host": True,
            }
        )
        self.book()
        self.deliver()
        meeting = self.at_zoom()
        self.assertTrue(meeting["topic"].startswith("Visit "))
        self.assertFalse(meeting["settings"]["waiting_room"])
        self.assertTrue(meeting["settings"]["join_before_host"])

    def test_changed_profile_reaches_coming_sessions(self):
        booking = self.book()
        self.deliver()
        before = self.at_zoom()
        self.assertTrue(before["settings"]["waiting_room"])
        self.service.with_user(self.manager).waiting_room = False
        self.deliver()
        after = self.at_zoom()
        self.assertEqual(after["id"], before["id"])
        self.assertFalse(after["settings"]["waiting_room"])
        self.assertEqual(booking.event_id.video_state, "ready")

    def test_other_changes_are_no_business_of_zooms(self):
        self.book()
        self.deliver()
        before = len(self.calls("PATCH"))
        self.service.write({"price": 90, "name": "Consultation, long"})
        self.deliver()
        self.assertEqual(len(self.calls("PATCH")), before)

    def test_recording_and_summaries_stay_off(self):
        self.book()
        self.deliver()
        settings = self.at_zoom()["settings"]
        self.assertEqual(settings["auto_recording"], "none")
        self.assertFalse(settings["auto_start_meeting_summary"])
        self.assertEqual(settings["approval_type"], 2)

    def test_session_without_a_booking_keeps_the_defaults(self):
        self.service.write({"topic_template": "Visit {code}"})
        self.plan_session()
        self.deliver()
        self.assertTrue(self.at_zoom()["topic"].startswith("Appointment "))


@tagged("post_install", "-at_install")
class TestBookingSettings(BookingCase):
    def test_settings_are_the_companys(self):
        form = Form(self.env["res.config.settings"])
        form.booking_retention_months = 6
        form.booking_embed_hosts = "https://practice.example"
        form.save().execute()
        self.assertEqual(self.env.company.booking_retention_months, 6)
        hosts = self.env.company.booking_embed_hosts
        self.assertEqual(hosts, "https://practice.example")
