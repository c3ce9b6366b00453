# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A client's own page about one session: whoever has its link moves and cancels.

GET shows, and changes nothing however often: programs that look at links in mails open
all of them.  What changes something is sent by a form (POST) of the same browser.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

from psycopg2.errors import ExclusionViolation

from odoo.exceptions import UserError
from odoo.fields import Datetime
from odoo.http import Controller, Response, content_disposition, request, route

from ..models.booking_making import SlotTaken
from ..services import month as months
from ..services.wall_clock import local_date
from .book_month import month_values
from .book_offer import Offer
from .book_stale import FORM, STATUS, is_stale
from .session_page import Page, change_values, find_page, session_values, unknown, when

SESSION = "/session/<string:token>"
LOOK = {"type": "http", "auth": "public", "methods": ["GET"], "readonly": True}
WRITTEN_MOST_B = 16 * 1024
DONE = ("booked", "moved", "cancelled", "room", "room_often", "late")
STAYS = ("booked", "moved")


class SessionController(Controller):
    @route(SESSION, **LOOK)
    def session(self, token: str, done: str = "", **_ignored: str) -> Response:
        """Show the session."""
        page = find_page(token)
        return _show(page, done) if page else unknown()

    @route(f"{SESSION}/appointment.ics", **LOOK)
    def calendar_file(self, token: str, **_ignored: str) -> Response:
        """Return the session for the client's calendar."""
        page = find_page(token)
        if not page:
            return unknown()
        if not session_values(page)["calendar"]:
            return _back(page)
        headers = {
            "Content-Type": "text/calendar; charset=utf-8",
            "Content-Disposition": content_disposition("appointment.ics"),
            "Cache-Control": "no-store",
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
        }
        file = page.participant._calendar_file()
        return request.make_response(file, list(headers.items()))

    @route(f"{SESSION}/move", **LOOK)
    def choose(self, token: str, **asked: str) -> Response:
        """Show the free times, or what moving to the chosen one means."""
        page = find_page(token)
        if not page:
            return unknown()
        if not page.participant._may("move"):
            return _back(page)
        start = _read_start(page, asked.get("start"))
        if start:
            return page.render("page_move", {"chosen": _time(page, start)})
        offer = _offer(page)
        values = month_values(
            page.visitor, offer, page.booking, opens_on=_own_day(page)
        )
        own = months.write_start(page.booking.start)
        return page.render("page_move_times", {**values, "offer": offer, "own": own})

    @route(f"{SESSION}/move", max_content_length=WRITTEN_MOST_B, **FORM)
    def move(self, token: str, start: str = "", **_written: str) -> Response:
        """Move the session."""
        page = find_page(token)
        if not page:
            return unknown()
        moment = _read_start(page, start)
        if not moment:
            return _back(page, "/move")
        if is_stale():
            values = {"chosen": _time(page, moment), "is_again": True}
            return page.render("page_move", values, status=STATUS)
        try:
            _move(page, moment)
        except SlotTaken as taken:
            others = [
                _time(page, other)
                for other in taken.nearest
                if other != page.booking.start
            ]
            values = {"chosen": _time(page, moment), "others": others}
            return page.render("page_move_taken", values, status=409)
        except UserError:
            return _back(page, done="late")
        return _back(page, done="moved")

    @route(f"{SESSION}/cancel", **LOOK)
    def ask_to_cancel(self, token: str, **_ignored: str) -> Response:
        """Show what cancelling means, and the button."""
        page = find_page(token)
        if not page:
            return unknown()
        if not page.participant._may("cancel"):
            return _back(page)
        return page.render("page_cancel", {**change_values(page), "reason": ""})

    @route(f"{SESSION}/cancel", max_content_length=WRITTEN_MOST_B, **FORM)
    def cancel(self, token: str, reason: str = "", **_written: str) -> Response:
        """Cancel the client's place."""
        page = find_page(token)
        if not page:
            return unknown()
        if is_stale():
            values = {**change_values(page), "reason": reason, "is_again": True}
            return page.render("page_cancel", values, status=STATUS)
        try:
            page.participant._cancel_by_client(reason)
        except UserError:
            return _back(page, done="late")
        return _back(page, done="cancelled")

    @route(f"{SESSION}/room", max_content_length=WRITTEN_MOST_B, **FORM)
    def new_room(self, token: str, **_written: str) -> Response:
        """Make another room, for this one does not work."""
        page = find_page(token)
        if not page:
            return unknown()
        if is_stale():
            return _show(page, is_again=True)
        booking = page.booking
        if page.participant.state != "booked" or not booking._may_renew_room():
            return _back(page)
        return _back(page, done="room" if booking._renew_room() else "room_often")

    @route([f"{SESSION}/room"], **LOOK)
    def no_room(self, token: str, **_ignored: str) -> Response:
        """Lead to the page: a new room is asked for by its button only."""
        page = find_page(token)
        return _back(page) if page else unknown()


def _show(page: Page, done: str = "", *, is_again: bool = False) -> Response:
    values = session_values(page)
    values["done"] = done if done in DONE else ""
    # What is looked at by itself is to keep saying so.
    stays = {"done": done} if values["done"] in STAYS else {}
    values["look_at"] = page.link(**stays)
    values["is_again"] = is_again
    return page.render("page_session", values, status=STATUS if is_again else 200)


def _back(page: Page, step: str = "", **query: str) -> Response:
    response = request.redirect(page.link(step, **query), code=303)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _move(page: Page, start: datetime) -> None:
    try:
        with request.env.cr.savepoint():
            page.participant._move_by_client(start)
            request.env.flush_all()
    except ExclusionViolation:
        raise SlotTaken("", _nearest(page, start)) from None


def _nearest(page: Page, start: datetime) -> list[datetime]:
    booking = page.booking
    return booking.service_id._nearest_slots(booking.user_id, start, ignored=booking)


def _offer(page: Page) -> Offer:
    """Return what may be chosen instead: the same service, by the same therapist."""
    service, user = page.booking.service_id, page.booking.user_id
    path = f"{page.path}/move"
    return Offer(
        service=service,
        users=user,
        everybody=user,
        therapist=user,
        base=path,
        path=path,
        is_private=True,
        client=page.participant.partner_id,
    )


def _own_day(page: Page) -> date:
    """Return the day of the session as it is, on the client's calendar."""
    start = page.booking.start.replace(tzinfo=timezone.utc)
    return local_date(start, page.zone)


def _read_start(page: Page, text: str | None) -> datetime | None:
    horizon = timedelta(days=page.booking.service_id.horizon_days)
    return months.read_start(text, Datetime.now(), horizon)


def _time(page: Page, start: datetime) -> dict:
    value = months.write_start(start)
    return {
        **when(page, start),
        "value": value,
        "link": page.link("/move", start=value),
    }
