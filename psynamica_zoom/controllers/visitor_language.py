# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Which installed language a visitor reads best.

A page is opened from a mail, from Zoom or by a search engine, mostly by somebody
without a user here, so the visitor's wish comes from the address and the browser.
Odoo refuses to render in a language that is not installed: only these are answered.
"""

from __future__ import annotations

from collections.abc import Iterable

DEFAULT = "en_US"


def choose_language(installed: Iterable[str], wishes: Iterable[str | None]) -> str:
    """Return the code of the installed language that fulfils the first wish it can.

    :param installed: codes of the installed languages as Odoo writes them (`pt_BR`)
    :param wishes: what was asked for, the strongest wish first, in Odoo's, HTTP's or
        the short spelling (`pt_BR`, `pt-br`, `pt`); unknown ones are passed over
    """
    codes = list(installed)
    for wish in wishes:
        if wish and (code := _match(codes, wish)):
            return code
    return DEFAULT if DEFAULT in codes or not codes else codes[0]


def _match(codes: list[str], wish: str) -> str | None:
    """Return the very language wished for, else another variety of it."""
    spelled = wish.replace("-", "_").lower()
    for code in codes:
        if code.lower() == spelled:
            return code
    plain = _plain(spelled)
    return next((code for code in codes if _plain(code.lower()) == plain), None)


def _plain(code: str) -> str:
    return code.split("_")[0].split("@")[0]
