# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How a booking comes to be: by the practice, or by a client, with a slot held first.

Whoever books takes the therapist's turn first (`booking_host`), then looks whether the
slot is free.  So two clients who want one slot are looked at one after the other.
"""

import secrets
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import format_date, format_time

from ..services.slots import Refusal
from .booking_service import TOKEN_BYTES

HOLD = timedelta(minutes=10)
# What the practice may overrule; another session of the therapist it may not.
FIRM = {Refusal.TAKEN}


class SlotTaken(UserError):
    """The slot is not free.  `nearest` are others, naive UTC."""

    # The web client knows the dialogs of Odoo's own exceptions only: any other is
    # shown as a fault of the server, with a traceback.
    context = {"exception_class": "odoo.exceptions.UserError"}

    def __init__(self, message, nearest=()):
        super().__init__(message)
        self.nearest = list(nearest)


class Booking(models.Model):
    _inherit = "psynamica.booking"

    @api.model
    def _hold(self, service, user, start):
        """Keep a slot while a client fills in the form.

        :param start: naive UTC
        :return: the held booking
        :raises SlotTaken: somebody else has it
        """
        self._claim(service, user, start)
        return self.sudo().create(
            {
                "service_id": service.id,
                "user_id": user.id,
                "start": start,
                "stop": start + timedelta(minutes=service.minutes),
                "state": "held",
                "held_until": fields.Datetime.now() + HOLD,
                "hold_token": secrets.token_urlsafe(TOKEN_BYTES),
                "source": "public",
            }
        )

    @api.model
    def _book(self, service, user, start, clients, *, held=None, **values):
        """Book a session, or a place in a group's session that has places left.

        :param start: naive UTC
        :param clients: list of values of participants, each with `partner_id`
        :param held: the hold of this client, which becomes the booking
        :param values: of the booking, such as `source` and `note`
        :return: the participants
        :raises SlotTaken: the slot is not free
        """
        bookings = self.sudo()
        by_practice = values.get("source", "practice") == "practice"
        # Of a hold all was asked when it was made: time that passed since, while the
        # client filled in the form, does not make it too late.
        firm = FIRM if by_practice or held else None
        minutes = values.get("minutes")
        bookings._claim(service, user, start, ignored=held, firm=firm, minutes=minutes)
        group = bookings._session_with_places(service, user, start)
        if group:
            if held:
                held.sudo().unlink()
            return group._add_clients(clients)
        values |= {
            "service_id": service.id,
            "user_id": user.id,
            "start": start,
            "stop": start + timedelta(minutes=values.pop("minutes", service.minutes)),
            "state": "requested"
            if service.confirmation == "therapist"
            else "confirmed",
            "held_until": False,
            "hold_token": False,
        }
        if by_practice:  # it needs nobody's consent
            values["state"] = "confirmed"
        if held:
            booking = held.sudo()
            booking.write(values)
        else:
            booking = bookings.create(values)
        participants = booking._add_clients(clients, tell=False)
        if booking.state == "confirmed":
            booking._make_event()
            booking._tell("confirmed")
        else:
            booking._tell("requested")
        return participants

    @api.model
    def _claim(self, service, user, start, ignored=None, firm=None, minutes=None):
        """Take the therapist's turn and check that the slot is free.

        :param firm: the refusals that count; None: all
        :raises SlotTaken: it is not
        """
        self._check_host(service, user)
        self.env["psynamica.booking.host"].sudo()._take_turn(user)
        self._expire_holds()
        refusals = service._refusals(user, start, ignored, minutes)
        if firm is not None:
            refusals = [one for one in refusals if one in firm]
        if refusals:
            nearest = service._nearest_slots(user, start, ignored=ignored)
            raise SlotTaken(self._taken_instead(nearest), nearest)

    @api.model
    def _taken_instead(self, nearest):
        """Return that the time is gone, and which others there are.

        :param nearest: naive UTC; told in the zone and language of who asks
        """
        gone = self.env._("This time is not free any more. Please choose another.")
        if not nearest:
            return gone
        times = "\n".join(self._time_alone(start) for start in nearest)
        return self.env._(
            "%(gone)s The nearest free times:\n%(times)s", gone=gone, times=times
        )

    @api.model
    def _time_alone(self, start):
        """Return day and time as they stand alone: Russian days begin big."""
        own = fields.Datetime.context_timestamp(self, start)
        text = self.env._(
            "%(day)s, %(time)s",
            day=format_date(self.env, own.date(), date_format="full"),
            time=format_time(self.env, own.timetz(), time_format="short"),
        )
        return text[:1].upper() + text[1:]

    @api.model
    def _check_host(self, service, user):
        """Refuse who cannot give a session of this practice.

        :raises UserError: a client, or somebody of another company
        """
        host = user.sudo()
        if not host._is_internal() or service.company_id not in host.company_ids:
            raise UserError(self.env._("This person gives no sessions here."))

    @api.model
    def _expire_holds(self):
        """Delete holds whose time is up: the database would still honour them."""
        self.sudo().search(
            [("state", "=", "held"), ("held_until", "<=", fields.Datetime.now())]
        ).unlink()

    def _session_with_places(self, service, user, start):
        if service.kind != "group":
            return self.browse()
        return self.search(
            [
                ("service_id", "=", service.id),
                ("user_id", "=", user.id),
                ("start", "=", start),
                ("state", "=", "confirmed"),
            ],
            limit=1,
        )

    @api.model
    def _client_values(self, partner):
        """Return what a participant takes from the contact: language and time zone."""
        return {
            "partner_id": partner.id,
            "lang": partner.lang or False,
            "tz": partner.tz or False,
        }

    def _check_places(self, clients):
        """Refuse more clients than the service has places for.

        :raises SlotTaken: they do not all find a place
        """
        present = set(self._clients().ids)
        everybody = present | {values["partner_id"] for values in clients}
        most = self.service_id.capacity
        # What is full by an older rule stays as it is.
        if len(everybody) <= max(most, len(present)):
            return
        if most == 1:
            words = self.env._(
                "“%(service)s” is for one client. For another person, book a service"
                " for couples or groups.",
                service=self.service_id.name,
            )
        else:
            words = self.env._(
                "There is no place left: “%(service)s” has %(places)s places.",
                service=self.service_id.name,
                places=most,
            )
        raise SlotTaken(words)

    def _add_clients(self, clients, tell=True):
        """Have these clients take part, in the event too.

        :raises SlotTaken: there are not so many places
        """
        self.ensure_one()
        self._check_places(clients)
        participants = self.env["psynamica.booking.participant"].sudo()
        for values in clients:
            known = self.participant_ids.filtered(
                lambda p: p.partner_id.id == values["partner_id"]  # noqa: B023
            )
            if known:
                known.write({**values, "state": "booked", "is_late": False})
                participants |= known
            else:
                participants |= participants.create({**values, "booking_id": self.id})
        if self.event_id:
            self._mirrored_event().write(
                {
                    "partner_ids": [
                        Command.link(partner.id) for partner in participants.partner_id
                    ]
                }
            )
            self._accept_for_all()
        if tell:
            kind = "requested" if self.state == "requested" else "confirmed"
            self._tell(kind, participants)
        return participants

    @api.model
    def _cron_expire_holds(self):
        self._expire_holds()
