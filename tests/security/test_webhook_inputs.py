# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Ten thousand requests that nobody at Zoom has signed, and none is accepted.

They go over HTTP to the route itself; what it calls, and what it would do with them
had they been signed, is tried with others.
"""

import json
import logging
import string
import time
from contextlib import contextmanager

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged
from odoo.tools import mute_logger

from odoo.addons.psynamica_zoom.controllers import webhook as controller
from odoo.addons.psynamica_zoom.models.zoom_app import WEBHOOK_PATH
from odoo.addons.psynamica_zoom.services import webhook_event
from odoo.addons.psynamica_zoom.tests.test_webhook_controller import (
    SIGNATURE,
    TIMESTAMP,
    WebhookCase,
    digest,
)
from odoo.addons.psynamica_zoom.tests.zoom_case import WEBHOOK_SECRET
from odoo.addons.psynamica_zoom.zoom_api.webhook import WebhookRejected, verify

MOST, MOST_OVER_HTTP = 2_000, 10_000
NOW = time.time()
MARK = "cAnArY"  # in whatever a sender chooses
ROUTE_LOGGERS = ("odoo.http", controller.__name__)

texts = st.text(max_size=40).map(MARK.__add__)
values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), texts),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(texts, inner, max_size=4)
    ),
    max_leaves=6,
)
EVENTS = ("app_deauthorized", "endpoint.url_validation", "meeting.started")
documents = st.fixed_dictionaries(
    {"event": st.one_of(st.sampled_from(EVENTS), texts, values)},
    optional={
        "event_ts": st.one_of(st.integers(), values),
        "payload": st.one_of(
            values,
            st.fixed_dictionaries(
                {},
                optional={
                    "object": values,
                    "plainToken": values,
                    "user_id": values,
                    "client_id": values,
                    "deauthorization_time": values,
                },
            ),
        ),
    },
)
bodies = st.one_of(
    documents.map(lambda value: json.dumps(value).encode()),
    values.map(lambda value: json.dumps(value).encode()),
    st.binary(max_size=300).map(MARK.encode().__add__),
    st.integers(1, 3000).map(lambda depth: b"[" * depth),
)
moments = st.one_of(
    st.integers(-320, 320).map(lambda seconds: str(int(NOW) + seconds)),
    st.integers().map(str),
    texts,
    st.just(""),
)
secrets = st.one_of(
    st.sampled_from(["", "0", WEBHOOK_SECRET[:-1], WEBHOOK_SECRET + " "]), texts
)


@st.composite
def requests(draw):
    """Draw (body, timestamp, signature): near the truth, or far from it."""
    body, moment = draw(bodies), draw(moments)
    text = f"v0:{moment}:".encode() + body
    right_form = "v0=" + digest(draw(secrets), text)
    other_body = "v0=" + digest(WEBHOOK_SECRET, text + b" ")
    no_prefix = digest(WEBHOOK_SECRET, text)
    signature = draw(
        st.one_of(
            st.sampled_from(
                [
                    *(right_form, other_body, no_prefix, "v0=", "v0", ""),
                    *(no_prefix.upper(), "v0=" + "0" * 64, "v1=" + no_prefix),
                ]
            ),
            texts,
            st.text(alphabet=string.hexdigits, max_size=80).map("v0=".__add__),
        )
    )
    return body, moment, signature


@contextmanager
def everything_logged():
    """Collect what all loggers write at the level that a server has."""
    lines, root = [], logging.getLogger()
    handler = logging.Handler(logging.INFO)
    handler.setFormatter(logging.Formatter("%(name)s %(message)s"))
    handler.emit = lambda record: lines.append(handler.format(record))
    handlers, level = list(root.handlers), root.level
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    try:
        yield lines
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)


@tagged("post_install", "-at_install")
class TestInputs(BaseCase):
    def setUp(self):
        super().setUp()
        self.tried = 0

    def test_inputs_to_what_the_route_calls(self):
        @settings(
            max_examples=MOST,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(requests())
        def refused(request):
            body, moment, signature = request
            self.tried += 1
            headers = {TIMESTAMP: moment, SIGNATURE: signature}
            with self.assertRaises(WebhookRejected) as reason:
                verify(body, headers, [WEBHOOK_SECRET, "an older one"], now=NOW)
            self.assertNotIn(MARK, str(reason.exception))
            self.assert_read_with_care(body)

        with everything_logged() as lines:
            refused()
        self.assertGreaterEqual(self.tried, MOST * 9 // 10)
        self.assertEqual(lines, [])

    def assert_read_with_care(self, body):
        """Had it been signed: it is understood, or refused in words of ours."""
        try:
            webhook_event.parse(body)
        except webhook_event.NotificationError as error:
            self.assertNotIn(MARK, str(error))


@tagged("post_install", "-at_install")
class TestInputsOverHttp(WebhookCase):
    def test_ten_thousand_inputs(self):
        statuses = []

        @settings(
            max_examples=MOST_OVER_HTTP,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(
            requests(),
            st.sampled_from(
                ["application/json"] * 4
                + ["application/json; charset=x", "multipart/form-data", "", MARK]
            ),
            texts,
        )
        def refused(request, kind, extra):
            status, text = self.exchange(request, kind, extra)
            statuses.append(status)
            self.assertIn(status, (400, 401, 415))
            self.assertNotIn(MARK, text)

        self.before = len(self.inbox())
        with (
            self.allow_requests(all_requests=True),
            everything_logged() as lines,
        ):
            refused()
        self.assertGreaterEqual(len(statuses), MOST_OVER_HTTP * 9 // 10)
        self.assertGreater(statuses.count(401), MOST_OVER_HTTP // 4)
        self.assertNotIn(MARK, "\n".join(lines))
        self.env.invalidate_all()
        self.assertEqual(len(self.inbox()), self.before)

    def exchange(self, request, kind, extra):
        body, moment, signature = request
        headers = {
            "Content-Type": kind,
            TIMESTAMP: _fit_for_a_header(moment),
            SIGNATURE: _fit_for_a_header(signature),
            "User-Agent": _fit_for_a_header(extra),
        }
        path = f"{WEBHOOK_PATH}?{MARK}"
        answer, text = self.ask_allowed("POST", path, body, headers)
        return answer.status, text.decode("utf-8", "replace")

    def test_the_same_request_properly_signed_is_accepted(self):
        with mute_logger(*ROUTE_LOGGERS):
            self.assertEqual(self.send(self.meeting_started()).status_code, 204)


def _fit_for_a_header(text):
    """Return bytes that can be sent: line ends would end the header."""
    return text.encode("utf-8", "replace").translate(None, b"\r\n")
