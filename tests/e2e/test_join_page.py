# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The page behind the join link, on a client's phone."""

from browser import PHONE
from pictures import Album
from playwright.sync_api import expect

_MAKE_SESSION = """
anna = env["res.users"].search([("login", "=", "anna")])
anna.video_default_provider = "builtin"
start = fields.Datetime.now() + timedelta(days=1)
env["calendar.event"].with_user(anna).with_context(no_mail_to_attendees=True).create(
    {
        "name": "On the phone",
        "start": start,
        "stop": start + timedelta(hours=1),
        "partner_ids": env.ref("psynamica_zoom.demo_client_pavel").ids,
    }
)
env.cr.commit()
"""
_IMPORTS = "from datetime import timedelta\nfrom odoo import fields\n"
_TOKEN = "select video_token from calendar_event where name = 'On the phone'"
_OVERFLOW = (
    "document.documentElement.scrollWidth - document.documentElement.clientWidth"
)
# WCAG 2.2, 2.5.8, asks for 24 at least; a thumb wants more.
_THUMB_PX = 40


def test_join_page_on_phone(open_practice):
    """It fits, leads on, and its button can be hit with a thumb."""
    practice = open_practice("en_US")
    practice.stack.shell(_IMPORTS + _MAKE_SESSION)
    ((token,),) = practice.stack.psql(_TOKEN)
    assert token
    page = practice.stranger(size=PHONE)
    page.goto(f"{practice.url}/video/join/{token}")
    button = page.locator("a.pz-button")
    expect(button).to_be_in_viewport()
    assert button.bounding_box()["height"] >= _THUMB_PX
    assert page.evaluate(_OVERFLOW) == 0
    album = Album("join-page")
    album.take(page, "room")
    page.goto(f"{practice.url}/video/join/{token[:-1]}")
    expect(page.locator("a[href^='mailto:']")).to_be_in_viewport()
    assert page.evaluate(_OVERFLOW) == 0
    album.take(page, "unknown-link")
