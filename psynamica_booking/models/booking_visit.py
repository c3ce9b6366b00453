# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A visitor of the scheduling page: what is free, a slot held, a session booked.

Called by controllers with sudo; nothing here is for RPC.
"""

from collections import Counter
from datetime import timedelta, timezone

from psycopg2.errors import ExclusionViolation

from odoo import api, fields, models
from odoo.fields import Domain

from ..services import slots
from ..services.client_match import Person, match, normal_email
from ..services.periods import Period
from ..services.time_zone import visitor_zone
from ..services.wall_clock import local_date
from .booking import OPEN
from .booking_making import SlotTaken

NEARBY = (timedelta(days=7), timedelta(days=28))  # where other slots are looked for
SPARE = timedelta(minutes=1)  # a hold must not end while it is turned into a booking
COUNTED = (*OPEN, "done")


class BookingService(models.Model):
    _inherit = "psynamica.booking.service"

    def _public_therapists(self):
        """Return who gives this service: nobody who is archived or elsewhere."""
        self.ensure_one()
        return self.sudo().user_ids.filtered(
            lambda u: u.active and not u.share and self.company_id in u.company_ids
        )

    def _public_slots(self, users, window, ignored=None):
        """Return start (aware UTC) → who is free then, in order of the starts.

        :param window: `services.periods.Period`
        :param ignored: a hold that is not in its own way
        """
        free = {}
        for user_id, starts in self._free_slots(users, window, ignored).items():
            for start in starts:
                free.setdefault(start, []).append(user_id)
        return {start: free[start] for start in sorted(free)}

    def _nearest_public_slots(self, users, start, count=6):
        """Return the free starts nearest to `start`, naive UTC, whoever is free."""
        moment = start.replace(tzinfo=timezone.utc)
        window = Period(moment - NEARBY[0], moment + NEARBY[1])
        free = list(self._public_slots(users, window))
        return [
            slot.replace(tzinfo=None) for slot in slots.nearest(free, moment, count)
        ]

    def _by_work_that_day(self, users, start):
        """Return `users` in order: who has the fewest sessions that day first.

        :param start: naive UTC; the day is each therapist's own
        """
        day = timedelta(days=1)
        rows = (
            self.env["psynamica.booking"]
            .sudo()
            .search_fetch(
                [
                    ("user_id", "in", users.ids),
                    ("state", "in", COUNTED),
                    ("start", ">", start - day),
                    ("start", "<", start + day),
                ],
                ["user_id", "start"],
            )
        )
        zones = {user: visitor_zone(user._booking_zone()) for user in users}
        work = Counter(
            row.user_id
            for row in rows
            if _date(row.start, zones[row.user_id]) == _date(start, zones[row.user_id])
        )
        return users.sorted(lambda user: (work[user], user.id))


class Booking(models.Model):
    _inherit = "psynamica.booking"

    @api.model
    def _hold_for_visitor(self, service, users, start):
        """Keep a slot with whoever of `users` is free and has least to do that day.

        :param start: naive UTC
        :return: the held booking; the group's session when `start` has places left
        :raises SlotTaken: nobody is free
        """
        moment = start.replace(tzinfo=timezone.utc)
        # Looked at before anybody's turn is taken: of fifty visitors who want one slot
        # those who come too late do not make the others wait.
        window = Period(moment, moment + timedelta(minutes=1))
        free_ids = service._public_slots(users, window).get(moment, [])
        free = users.filtered(lambda user: user.id in free_ids)
        for user in free:
            session = self.sudo()._session_with_places(service, user, start)
            if session:
                return session  # one place of several needs no hold
        for user in service._by_work_that_day(free, start):
            try:
                with self.env.cr.savepoint():
                    held = self._hold(service, user, start)
                    held.flush_recordset()
                    return held
            except (SlotTaken, ExclusionViolation):
                continue
        raise SlotTaken(
            self.env._("This time is not free any more. Please choose another."),
            service._nearest_public_slots(users, start),
        )

    @api.model
    def _held_by(self, token, service=None, start=None):
        """Return the hold with this token while it lasts, else nothing."""
        if not isinstance(token, str) or not token or not token.isprintable():
            return self.browse()
        domain = Domain(
            [
                ("hold_token", "=", token),
                ("state", "=", "held"),
                ("held_until", ">", fields.Datetime.now()),
            ]
        )
        if service:
            domain &= Domain("service_id", "=", service.id)
        if start:
            domain &= Domain("start", "=", start)
        return self.sudo().search(domain, limit=1)

    @api.model
    def _book_visitor(self, service, users, start, visit, held=None):
        """Book a session for somebody unknown.

        :param users: who may give it; with `held` it is that hold's therapist
        :param start: naive UTC
        :param visit: what the visitor wrote: name, email, phone, lang, tz,
            `answers`, a list of values of answers; `partner_id` by the client's own
            link, and `form_token`, which tells a form that is sent twice
        :param held: the visitor's hold of this very start
        :return: the participant
        :raises SlotTaken: the slot is not free; nothing was changed
        """
        with self.env.cr.savepoint():
            if not held:
                held = self._hold_for_visitor(service, users, start)
            is_hold = held.state == "held"
            if is_hold:
                held.held_until = fields.Datetime.now() + SPARE
            client = self._client_of(visit, service, held.participant_ids.partner_id)
            participant = self._book(
                service,
                held.user_id,
                start,
                [client],
                held=held if is_hold else None,
                source="public",
            )
            participant.form_token = visit.get("form_token") or False
            participant.answer_ids.unlink()  # of a place given up and taken again
            self.env["psynamica.booking.answer"].sudo().create(
                [
                    {"participant_id": participant.id, **answer}
                    for answer in visit["answers"]
                ]
            )
            self.env.flush_all()
        return participant

    @api.model
    def _client_of(self, visit, service, taking_part):
        """Return the values of the participant who wrote this.

        A client whom the practice knows is found by the same e-mail address and nothing
        that says otherwise, and is not changed.  Everybody else is a new contact, with
        a word to the therapist when it may be somebody known.

        :param taking_part: who does already: nobody gets the link of another one of a
            group by writing that one's name and address
        """
        partner = self.env["res.partner"].sudo().browse(visit.get("partner_id") or ())
        if partner:  # came by the client's own link
            return {"partner_id": partner.id, "lang": visit["lang"], "tz": visit["tz"]}
        given = Person(visit["email"], visit["phone"], visit["name"])
        known = self._partners_by_email(visit["email"], service)
        found = match(
            given,
            {
                partner.id: Person(
                    partner.email or "", partner.phone or "", partner.name or ""
                )
                for partner in known
            },
        )
        same = known.browse(found.client or ()) - taking_part
        partner = same or self._new_client(visit)
        is_doubtful = bool(found.proposed) or bool(found.client and not same)
        adds_phone = bool(same and visit["phone"] and not partner.phone)
        return {
            "partner_id": partner.id,
            "lang": visit["lang"],
            "tz": visit["tz"],
            "has_other_data": is_doubtful or adds_phone,
            "given_name": visit["name"],
            "given_phone": visit["phone"] or False,
        }

    def _partners_by_email(self, email, service):
        """Return the contacts with this address who can be clients of the practice."""
        normal = normal_email(email)
        if not normal:
            return self.env["res.partner"].sudo()
        partners = (
            self.env["res.partner"]
            .sudo()
            .search(
                [
                    ("email_normalized", "=", normal),
                    ("company_id", "in", (False, service.company_id.id)),
                    ("is_company", "=", False),
                ],
                order="id",
            )
        )
        return partners.filtered(lambda p: p.partner_share)

    def _new_client(self, visit):
        quiet = self.env["res.partner"].sudo().with_context(tracking_disable=True)
        return quiet.create(
            {
                "name": visit["name"],
                "email": visit["email"],
                "phone": visit["phone"] or False,
                "lang": visit["lang"],
                "tz": visit["tz"],
            }
        )


class BookingParticipant(models.Model):
    _inherit = "psynamica.booking.participant"

    form_token = fields.Char(readonly=True, copy=False, groups=fields.NO_ACCESS)
    likely_partner_ids = fields.Many2many(
        "res.partner",
        compute="_compute_likely_partner_ids",
        string="Perhaps the same person",
        help="Contacts with the same e-mail address.",
    )

    _form_token_unique = models.UniqueIndex("(form_token) WHERE form_token IS NOT NULL")

    @api.model
    def _booked_by_form(self, form_token):
        """Return who was booked by this very form already, else nobody."""
        if not form_token or not form_token.isprintable():
            return self.browse()
        return self.sudo().search([("form_token", "=", form_token)], limit=1)

    @api.depends("partner_id", "has_other_data")
    def _compute_likely_partner_ids(self):
        for participant in self:
            others = self.env["res.partner"]
            if participant.has_other_data and participant.partner_id.email:
                others = self.env["psynamica.booking"]._partners_by_email(
                    participant.partner_id.email, participant.booking_id.service_id
                )
            participant.likely_partner_ids = others - participant.partner_id


def _date(moment, zone):
    return local_date(moment.replace(tzinfo=timezone.utc), zone)
