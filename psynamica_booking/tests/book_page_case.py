# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A visitor with a browser that runs no JavaScript: follows links, sends forms."""

from __future__ import annotations

from datetime import timezone
from zoneinfo import ZoneInfo

from lxml import html

from odoo.tests.common import Opener

from odoo.addons.psynamica_booking.services.month import write_start

from .booking_case import ZONE, BookingHttpCase

WRITTEN = {
    "name": "Nina Sommer",
    "email": "Nina@Client.test",
    "phone": "+49 30 1234567",
    "agree": "1",
}


class BookPageCase(BookingHttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for code in ("en_US", "ru_RU"):
            cls.env["res.lang"]._activate_lang(code)
        cls.env.ref("base.public_user").company_id.partner_id.lang = "en_US"
        cls.service.slug = "talk"
        cls.accept = "en-US"

    def another_visitor(self):
        """Go on as somebody with another browser."""
        self.opener = Opener(self)

    def get(self, path, **options):
        options.setdefault("headers", {"Accept-Language": self.accept})
        options.setdefault("allow_redirects", False)
        return self.url_open(path, **options)

    def look(self, path, status=200, **options):
        """Return the page at `path`."""
        answer = self.get(path, **options)
        self.assertEqual(answer.status_code, status, answer.text[:3000])
        return self.page_of(answer)

    def page_of(self, answer):
        tree = html.fromstring(answer.content)
        tree.make_links_absolute(answer.url)
        return tree

    def text(self, tree, inside="//main"):
        return " ".join(tree.xpath(inside)[0].text_content().split())

    def send(self, form, button=None, **changes):
        """Send a form as a browser does, with the value of the button pressed."""
        fields = dict(form.form_values()) | changes
        if button is not None and button.get("name"):
            fields[button.get("name")] = button.get("value")
        return self.get(form.action, data=fields, method=form.method)

    def follow(self, answer, status=200):
        self.assertEqual(answer.status_code, 303, answer.text[:3000])
        return self.look(answer.headers["Location"], status)

    def day_of(self, start, zone=ZONE):
        local = start.replace(tzinfo=timezone.utc).astimezone(ZoneInfo(zone))
        return local.date().isoformat()

    def times_page(self, start=None, path="/book/talk", **query):
        day = self.day_of(start or self.monday(10))
        told = "".join(f"&{name}={value}" for name, value in query.items())
        return self.look(f"{path}?day={day}{told}")

    def buttons(self, tree):
        """Return start → button, of the times of the day shown."""
        found = tree.xpath("//*[@id='times']//button")
        return {button.get("value"): button for button in found}

    def choose(self, start=None, path="/book/talk"):
        """Choose a time, as somebody who looks at its day; return the answer."""
        start = start or self.monday(10)
        page = self.times_page(start, path)
        button = self.buttons(page)[write_start(start)]
        return self.send(button.getparent().getparent().getparent(), button)

    def form_page(self, start=None, path="/book/talk"):
        return self.follow(self.choose(start, path))

    def form_of(self, tree):
        [form] = tree.xpath("//form[.//input[@name='email']]")
        return form

    def fill(self, tree, **changes):
        """Send the booking form, with what is `WRITTEN` and these changes."""
        return self.send(self.form_of(tree), **(WRITTEN | changes))

    def led_to(self, answer):
        """Return the participant to whose page the form has led."""
        path = answer.headers["Location"].partition("?")[0]
        token = path.removeprefix("/session/")
        return self.env["psynamica.booking.participant"]._of_token(token)

    def bookings(self, *states):
        return self.env["psynamica.booking"].search(
            [("service_id", "=", self.service.id), ("state", "in", states)]
        )

    def booked(self):
        """Return the one booking there is."""
        booking = self.bookings("requested", "confirmed")
        self.assertEqual(len(booking), 1)
        return booking
