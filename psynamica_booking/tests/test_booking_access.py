# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Who sees and changes what of bookings, tried over RPC as people would.

Each attack is a row of docs/threat_model.md.
"""

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.service.model import call_kw
from odoo.tests import new_test_user, tagged

from .booking_people_case import ANSWER, NOTE, BookingPeopleCase

OUTSIDERS = ("public", "portal", "internal")
# What opens something, or holds a place, for whoever knows it.
SECRETS = (
    ("psynamica.booking", "hold_token"),
    ("psynamica.booking.participant", "token"),
    ("psynamica.booking.link", "token"),
)
CANARY = "canary-chosen-by-an-attacker"


class BookingAccess(BookingPeopleCase):
    def seen(self, name, role):
        """Return what this role finds of a model; nothing when it may not look."""
        model = self.env[name].with_user(self.people[role])
        return model.search([]) if model.has_access("read") else model

    def call(self, role, name, method, *arguments):
        """Call a method as over RPC."""
        return call_kw(
            self.env[name].with_user(self.people[role]), method, [*arguments], {}
        )


@tagged("post_install", "-at_install")
class TestBookingsSeen(BookingAccess):
    def test_bookings_are_seen_by_those_who_work_with_them(self):
        models = ("psynamica.booking", "psynamica.booking.participant")
        for name, own in zip(models, (self.booking, self.participant), strict=True):
            found = {role: own in self.seen(name, role) for role in self.people}
            self.assertEqual(
                [role for role, sees in found.items() if sees],
                ["therapist", "reception", "manager", "administrator"],
            )

    def test_answers_are_for_the_therapist_and_managers(self):
        found = [
            role
            for role in self.people
            if self.answer in self.seen("psynamica.booking.answer", role)
        ]
        self.assertEqual(found, ["therapist", "manager", "administrator"])

    def test_reception_books_for_all_and_reads_no_answers(self):
        new = self.env["psynamica.booking.new"].with_user(self.reception)
        form = new.create(
            {
                "partner_id": self.client_two.id,
                "service_id": self.service.id,
                "user_id": self.colleague.id,
                "start": self.monday(12),
            }
        )
        form.action_create()
        self.assertTrue(
            self.seen("psynamica.booking", "reception").filtered(
                lambda booking: booking.user_id == self.colleague
            )
        )
        for name, path in (
            ("psynamica.booking.participant", "answer_ids.value"),
            ("psynamica.booking", "participant_ids.answer_ids.value"),
        ):
            with self.assertRaises(AccessError):
                self.call("reception", name, "search", [(path, "=like", "canary%")])
        shown = {"participant_ids": {"fields": {"answer_ids": {"fields": {}}}}}
        with self.assertRaises(AccessError):
            self.call(
                "reception", "psynamica.booking", "web_read", self.booking.ids, shown
            )

    def test_answers_are_nowhere_else(self):
        """Names, chatter and the event of a session hold neither answers nor notes."""
        event = self.booking.event_id
        shown = str(
            [
                self.booking.display_name,
                self.booking.message_ids.mapped("body"),
                event.name,
                event.description,
                event.message_ids.mapped("body"),
                self.participant.display_name,
            ]
        )
        self.assertNotIn(ANSWER, shown)
        self.assertNotIn(NOTE, shown)

    def test_colleagues_see_that_somebody_is_busy_and_not_with_whom(self):
        event = self.booking.event_id.with_user(self.people["colleague"])
        self.env.invalidate_all()
        self.assertEqual(event.name, "Busy")
        self.assertFalse(event.partner_ids & self.client)

    def test_private_links_are_for_therapists(self):
        self.env.invalidate_all()
        model = "psynamica.booking.service"
        for role in self.people:
            may = role in ("colleague", "therapist", "manager", "administrator")
            for name in ("access_token", "private_url"):
                with self.subTest(role=role, field=name):
                    if may:
                        rows = self.call(role, model, "read", self.service.ids, [name])
                        self.assertIn(self.service.access_token, rows[0][name])
                        continue
                    with self.assertRaises(AccessError):
                        self.call(role, model, "read", self.service.ids, [name])
            if not may:
                with self.assertRaises(AccessError):
                    self.call(role, model, "search", [("access_token", "=like", "a%")])

    def test_another_company_sees_nothing(self):
        other = self.env["res.company"].create({"name": "Another practice"})
        stranger = new_test_user(
            self.env,
            "martha",
            "psynamica_booking.group_manager",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        self.people["stranger"] = stranger
        opening = self.env["psynamica.booking.opening"].create(
            {
                "user_id": self.therapist.id,
                "start": self.monday(18),
                "stop": self.monday(19),
            }
        )
        for record in (
            self.booking,
            self.participant,
            self.answer,
            self.booking.message_due_ids,
            self.service,
            self.question,
            opening,
        ):
            with self.subTest(model=record._name):
                self.assertTrue(record)
                self.assertFalse(self.seen(record._name, "stranger") & record)
                with self.assertRaises(AccessError):
                    record[:1].with_user(stranger).check_access("read")

    def test_links_of_others_clients_are_closed(self):
        model = self.env["psynamica.booking.link"]
        link = model.with_user(self.therapist).create(
            {"partner_id": self.client.id, "service_id": self.service.id}
        )
        found = [role for role in self.people if link in self.seen(model._name, role)]
        self.assertEqual(found, ["therapist", "reception", "manager", "administrator"])

    def test_every_form_is_ones_own(self):
        """Also those that are made later: Odoo opens them to all who may use them."""
        forms = [
            model
            for name, model in self.env.registry.items()
            if model._original_module == "psynamica_booking" and model._transient
        ]
        self.assertGreater(len(forms), 3)
        for model in forms:
            rules = self.env["ir.rule"].search([("model_id.model", "=", model._name)])
            self.assertIn(
                "[('create_uid', '=', user.id)]",
                rules.filtered(lambda rule: not rule.groups).mapped("domain_force"),
                model._name,
            )

    def test_forms_of_others_are_closed(self):
        """What somebody types into a form for a new booking is their own."""
        form = (
            self.env["psynamica.booking.new"]
            .with_user(self.reception)
            .create({"partner_id": self.client.id, "note": NOTE})
        )
        for role in ("therapist", "manager"):
            self.assertFalse(self.seen("psynamica.booking.new", role) & form)
            with self.assertRaises(AccessError):
                self.call(role, form._name, "read", form.ids, ["note"])


@tagged("post_install", "-at_install")
class TestBookingSecrets(BookingAccess):
    """Who knows the token of a participant moves and cancels as this client."""

    def setUp(self):
        super().setUp()
        self.env["psynamica.booking.link"].with_user(self.therapist).create(
            {"partner_id": self.client.id, "service_id": self.service.id}
        )
        self.env.invalidate_all()

    def refused(self, method, *arguments):
        count = 0
        for name, field_name in SECRETS:
            record = self.record_of(name)
            given = [one(field_name) if callable(one) else one for one in arguments]
            is_model = getattr(getattr(type(record), method), "_api_model", False)
            for role in self.people:
                ids = [] if is_model else [record.ids]
                with self.subTest(field=field_name, role=role):
                    with self.assertRaises(AccessError):
                        self.call(role, name, method, *ids, *given)
                    count += 1
        self.assertEqual(count, len(SECRETS) * len(self.people))

    def test_tokens_are_closed(self):
        for name, field_name in SECRETS:
            field = self.env[name]._fields[field_name]
            self.assertEqual(field.groups, fields.NO_ACCESS)
        self.assertTrue(self.participant.sudo().token)

    def test_tokens_by_reading(self):
        self.refused("read", lambda name: [name])
        self.refused("web_read", lambda name: {name: {}})

    def test_tokens_by_searching(self):
        self.refused("search", lambda name: [(name, "=like", "a%")])
        self.refused("search_count", lambda name: [(name, "!=", False)])

    def test_tokens_by_sorting_and_grouping(self):
        self.refused("search", [], 0, 1, lambda name: f"{name} desc")
        self.refused("formatted_read_group", [], lambda name: [name], ["__count"])

    def test_tokens_by_way_of_another_record(self):
        path = "participant_ids.token"
        for role in self.people:
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.call(role, "psynamica.booking", "search", [(path, "=like", "a%")])

    def test_tokens_by_writing(self):
        self.refused("write", lambda name: {name: CANARY})

    def test_tokens_by_writing_along_with_a_booking(self):
        commands = [Command.update(self.participant.id, {"token": CANARY})]
        for role in self.people:
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.call(
                    role,
                    "psynamica.booking",
                    "write",
                    self.booking.ids,
                    {"participant_ids": commands},
                )
        self.assertNotEqual(self.participant.sudo().token, CANARY)


@tagged("post_install", "-at_install")
class TestBookingsWritten(BookingAccess):
    def test_nobody_creates_or_deletes_bookings_by_hand(self):
        values = {
            "service_id": self.service.id,
            "user_id": self.therapist.id,
            "start": self.monday(14),
            "stop": self.monday(15),
        }
        for role in self.people:
            with self.subTest(role=role):
                with self.assertRaises(AccessError):
                    self.call(role, "psynamica.booking", "create", [values])
                with self.assertRaises(AccessError):
                    self.call(role, "psynamica.booking", "unlink", self.booking.ids)
        self.assertTrue(self.booking.exists())

    def test_protected_fields_are_written_by_nobody(self):
        """Whatever is not offered by a screen is refused, in one write with others."""
        free = {"note", "start", "stop", "user_id"}
        magic = {"id", "create_uid", "create_date", "write_uid", "write_date"}
        model = self.env["psynamica.booking"]
        protected = {
            name
            for name, field in model._fields.items()
            if field.store and "psynamica_booking" in field._modules
        }
        self.assertLess({"state", "event_id", "participant_ids", "source"}, protected)
        for name in sorted(protected - free - magic):
            for role in ("therapist", "reception", "manager", "administrator"):
                values = {"note": "changed", name: False}
                with self.subTest(field=name, role=role):
                    with self.assertRaises(AccessError):
                        self.call(
                            role, "psynamica.booking", "write", self.booking.ids, values
                        )
        self.assertEqual(self.booking.note, NOTE)

    def test_participants_and_answers_are_written_by_nobody(self):
        for record, values in (
            (self.participant, {"partner_id": self.client_two.id}),
            (self.participant, {"state": "cancelled"}),
            (self.answer, {"value": "something else"}),
            (self.booking.message_due_ids[:1], {"state": "sent"}),
        ):
            for role in self.people:
                with self.subTest(model=record._name, role=role):
                    for method, given in (("write", [values]), ("unlink", [])):
                        with self.assertRaises(AccessError):
                            self.call(role, record._name, method, record.ids, *given)

    def test_others_bookings_are_not_changed_by_buttons(self):
        for role in (*OUTSIDERS, "colleague"):
            for name in ("action_cancel", "action_confirm", "action_no_show"):
                with self.subTest(role=role, method=name):
                    with self.assertRaises(AccessError):
                        self.call(role, "psynamica.booking", name, self.booking.ids)
        self.assertEqual(self.booking.state, "confirmed")

    def test_others_bookings_are_not_moved_by_the_form(self):
        form = (
            self.env["psynamica.booking.new"]
            .with_user(self.colleague)
            .create({"booking_id": self.booking.id, "start": self.monday(15)})
        )
        with self.assertRaises(AccessError):
            self.call("colleague", form._name, "action_move", form.ids)
        self.assertEqual(self.booking.start, self.monday(10))

    def test_sessions_are_not_handed_to_clients_or_strangers(self):
        other = self.env["res.company"].create({"name": "Another practice"})
        stranger = new_test_user(
            self.env,
            "sten",
            "psynamica_booking.group_therapist",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        for user in (self.people["portal"], stranger):
            with self.assertRaises(UserError):
                self.call(
                    "therapist",
                    "psynamica.booking",
                    "write",
                    self.booking.ids,
                    {"user_id": user.id},
                )
        self.assertEqual(self.booking.user_id, self.therapist)

    def test_private_links_are_not_chosen(self):
        for role in self.people:
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.call(
                    role,
                    "psynamica.booking.service",
                    "write",
                    self.service.ids,
                    {"access_token": CANARY},
                )
        values = {"name": "Another", "access_token": CANARY}
        (new_id,) = self.call(
            "manager", "psynamica.booking.service", "create", [values]
        )
        new = self.env["psynamica.booking.service"].browse(new_id)
        self.assertNotEqual(new.access_token, CANARY)

    def test_extra_hours_are_ones_own(self):
        for role, may in (("therapist", True), ("colleague", False), ("manager", True)):
            values = {
                "user_id": self.therapist.id,
                "start": self.monday(18),
                "stop": self.monday(19),
            }
            with self.subTest(role=role):
                if may:
                    name = "psynamica.booking.opening"
                    self.assertTrue(self.call(role, name, "create", [values]))
                    continue
                with self.assertRaises(AccessError):
                    self.call(role, "psynamica.booking.opening", "create", [values])

    def test_private_methods_of_bookings_over_rpc(self):
        for name, method in (
            ("psynamica.booking", "_book"),
            ("psynamica.booking", "_cancel"),
            ("psynamica.booking", "_hold"),
            ("psynamica.booking.participant", "_page_url"),
            ("psynamica.booking.host", "_take_turn"),
        ):
            for role in self.people:
                with self.subTest(method=method, role=role):
                    with self.assertRaises(AccessError):
                        self.call(role, name, method, [1])
