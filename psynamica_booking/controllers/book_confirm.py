# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The link in the mail that asks whether the e-mail address is the client's own."""

from __future__ import annotations

from datetime import timezone
from typing import Any

from odoo.http import Controller, Response, request, route

from ..models.booking_making import SlotTaken
from ..models.booking_pending import CONFIRM_PATH
from ..services.time_zone import visitor_zone
from .book_month import chosen_values
from .book_offer import UTC, describe
from .book_page import Visitor, booked_link, current_visitor, render_page
from .book_stale import FORM, STATUS, is_stale

ROUTE = f"{CONFIRM_PATH}<string:token>"


class ConfirmController(Controller):
    @route("/booking/mail", type="http", auth="public", methods=["GET"], readonly=True)
    def mailed(self, **_ignored: str) -> Response:
        """Say that a mail is on its way; the same for every address."""
        visitor = current_visitor()
        return render_page(visitor, "psynamica_booking.page_mailed", {})

    @route(ROUTE, type="http", auth="public", methods=["GET"], readonly=True)
    def ask(self, token: str, **_ignored: str) -> Response:
        """Show what is to be confirmed."""
        visitor, pending = current_visitor(), _find(token)
        if not pending:
            return _too_old(visitor)
        return _ask(visitor, pending)

    @route(ROUTE, **FORM)
    def confirm(self, token: str, **_ignored: str) -> Response:
        """Book it."""
        visitor, pending = current_visitor(), _find(token)
        if not pending:
            return _too_old(visitor)
        if is_stale():
            return _ask(visitor, pending, is_again=True)
        try:
            participant = pending._confirm()
        except SlotTaken:
            return _too_old(visitor)
        return request.redirect(booked_link(participant), code=303)


def _find(token: str) -> Any:
    return request.env["psynamica.booking.pending"]._find(token)


def _ask(visitor: Visitor, pending: Any, *, is_again: bool = False) -> Response:
    values = {
        "csrf_token": request.csrf_token(),
        "service": describe(visitor, pending.service_id),
        "therapist": pending.user_id,
        "chosen": _chosen(visitor, pending),
        "action": CONFIRM_PATH + pending.token,
        "is_again": is_again,
    }
    status = STATUS if is_again else 200
    return render_page(visitor, "psynamica_booking.page_confirm", values, status=status)


def _chosen(visitor: Visitor, pending: Any) -> dict:
    theirs = visitor_zone(pending.user_id._booking_zone()) or UTC
    zone = visitor.zone or visitor_zone(pending.visit["tz"]) or theirs
    start = pending.start.replace(tzinfo=timezone.utc)
    return chosen_values(visitor.words(zone), start, pending.service_id.minutes, theirs)


def _too_old(visitor: Visitor) -> Response:
    return render_page(visitor, "psynamica_booking.page_too_old", {}, status=404)
