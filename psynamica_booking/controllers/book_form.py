# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The booking form: what it asks, what was written, what is wrong with it."""

from __future__ import annotations

from typing import Any

from odoo.http import request

from ..services.visit_form import Asked, Form, Problem, read_form
from .book_offer import Offer
from .book_page import Visitor

TRAP = "fill_nothing_in"  # people do not see this field, programs fill it in


def questions_of(offer: Offer) -> list[dict]:
    """Return what the service asks, as the form shows it."""
    return [
        {
            "key": _key(question),
            "label": question.name,
            "kind": question.kind,
            "options": question._options(),
            "text": question.consent_text or "",
            "is_required": question.is_required,
        }
        for question in offer.service.question_ids
    ]


def read_visit(offer: Offer, raw: dict) -> Form:
    """Return what the visitor wrote into the form of this offer."""
    asked = [
        Asked(
            _key(question),
            question.kind,
            question.is_required,
            tuple(question._options()),
        )
        for question in offer.service.question_ids
    ]
    return read_form(
        raw,
        asked,
        is_known=bool(offer.client),
        needs_phone=offer.service.location == "phone",
    )


def visit_values(visitor: Visitor, offer: Offer, form: Form) -> dict:
    """Return what was written as `psynamica.booking._book_visitor` takes it."""
    zone = visitor.zone or offer.zone
    return {
        "partner_id": offer.client.id if offer.client else False,
        "name": form.values.get("name", ""),
        "email": form.values.get("email", ""),
        "phone": form.values.get("phone", ""),
        "lang": written_language(visitor),
        "tz": zone.key,
        "answers": list(_answers(visitor, offer, form)),
    }


def written_language(visitor: Visitor) -> str:
    """Return the language the visitor wants to be written to in."""
    wish = request.httprequest.form.get("lang")
    installed = {code for code, _name in visitor.env["res.lang"].get_installed()}
    return wish if wish in installed else visitor.lang


def known_values(visitor: Visitor) -> dict[str, str]:
    """Return what a client who is logged in need not write again."""
    user = visitor.env.user
    if user._is_public() or user._is_internal():
        return {}
    partner = user.partner_id.sudo()
    return {
        "name": partner.name or "",
        "email": partner.email or "",
        "phone": partner.phone or "",
    }


def messages(visitor: Visitor, form: Form) -> dict[str, str]:
    """Return what is wrong, field by field, in plain words."""
    env = visitor.env
    words = {
        Problem.MISSING: env._("Please fill this in."),
        Problem.TOO_LONG: env._("This is too long. Please shorten it."),
        Problem.BAD_NAME: env._("Please write your name only, without a link."),
        Problem.BAD_EMAIL: env._(
            "This is not an e-mail address. It looks like name@example.com."
        ),
        Problem.BAD_PHONE: env._(
            "This is not a phone number. It looks like +49 30 1234567."
        ),
        Problem.NOT_OFFERED: env._("Please choose one of the answers."),
        Problem.NOT_AGREED: env._("Please tick this box if you agree."),
    }
    return {key: words[problem] for key, problem in form.problems.items()}


def _answers(visitor: Visitor, offer: Offer, form: Form):
    env = visitor.env
    for question in offer.service.question_ids:
        value = form.values[_key(question)]
        if not value:
            continue
        if question.kind == "consent":
            value = question.consent_text or env._("Agreed")
        yield {
            "question_id": question.id,
            "question": question.name,
            "value": value,
            "version": question.version,
        }
    yield {
        "question": env._("Agreed on the scheduling page"),
        "value": agreement(visitor, offer),
        "version": 1,
    }


def agreement(visitor: Visitor, offer: Offer) -> str:
    """Return what everybody who books agrees to."""
    return visitor.env._(
        "I agree that %(practice)s keeps these details to arrange my session.",
        practice=offer.service.company_id.name,
    )


def _key(question: Any) -> str:
    return f"q{question.id}"
