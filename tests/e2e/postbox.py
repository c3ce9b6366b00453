# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The mails that the practice really sent, over SMTP."""

import email
import email.policy
import re
import threading
import time
from html import unescape

_JOIN_LINK = re.compile(r"https?://[^\s\"'<>]+/video/join/[A-Za-z0-9_-]+")
_LINK = re.compile(r"https?://[^\s\"'<>\\]+")
_LOOK_AGAIN_S = 0.1


class Mail:
    """One mail as its reader gets it."""

    def __init__(self, path):
        raw = path.read_bytes()
        self._message = email.message_from_bytes(raw, policy=email.policy.default)

    @property
    def recipients(self):
        """Whom the envelope names."""
        return self._message["X-Envelope-To"]

    @property
    def html(self):
        """The text a mail program shows."""
        return self._message.get_body(("html",)).get_content()

    @property
    def join_links(self):
        """The different join links in the text, in order."""
        return list(dict.fromkeys(_JOIN_LINK.findall(self.html)))

    @property
    def links(self):
        """Every address in the text and in the .ics file, as a link scanner sees it."""
        seen = _LINK.findall(f"{self.html}\n{self.calendar_text}")
        return list(dict.fromkeys(map(unescape, seen)))

    @property
    def calendar_text(self):
        """The attached .ics file with unfolded lines; empty when there is none."""
        for part in self._message.walk():
            name = part.get_filename() or ""
            if name.endswith(".ics"):
                text = part.get_payload(decode=True).decode()
                # RFC 5545, 3.1: a long line goes on after a blank.
                return re.sub(r"\r?\n[ \t]", "", text)
        return ""


class Postbox:
    """The mails of one stack."""

    def __init__(self, stack):
        self._stack = stack

    def count_to(self, address):
        """How many mails *address* has got."""
        return len(self._to(address))

    def next_to(self, address, seen, patience_s=60):
        """The mail to *address* after the first *seen* ones, as soon as it is there.

        :raises AssertionError: there was none within *patience_s*
        """
        deadline = time.monotonic() + patience_s
        ticks = threading.Event()
        while len(mails := self._to(address)) <= seen:
            assert time.monotonic() < deadline, f"No further mail to {address}"
            ticks.wait(_LOOK_AGAIN_S)
        return mails[seen]

    def _to(self, address):
        mails = [Mail(path) for path in self._stack.mails()]
        return [mail for mail in mails if address in mail.recipients]
