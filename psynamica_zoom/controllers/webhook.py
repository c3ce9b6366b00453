# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Notifications from Zoom: prove, store, answer.  Acting on them comes later.

Zoom repeats a notification that is answered with 5xx or not within three seconds, so
5xx is left to what a repetition can heal.  Source: Zoom, webhooks page.
"""

from __future__ import annotations

import logging
import time

from odoo import SUPERUSER_ID
from odoo.http import Controller, Response, request, route

from ..models.zoom_app import WEBHOOK_PATH
from ..server_config import ServerConfigError
from ..services import webhook_event
from ..zoom_api.webhook import WebhookRejected, challenge_answer, verify

_logger = logging.getLogger(__name__)


class WebhookController(Controller):
    @route(
        WEBHOOK_PATH,
        type="http",
        auth="none",  # who it is from, the signature says
        readonly=False,
        methods=["POST"],
        csrf=False,
        save_session=False,
        max_content_length=webhook_event.MAX_BYTES,
    )
    def webhook(self, **_ignored: str) -> Response:
        """Answer 204 for what was accepted, 200 for a validation of the address.

        Else 415 (not JSON), 401 (not proven to be Zoom's), 400 (malformed) or 503
        (the operator has to repair the keys; Zoom repeats it until then).
        """
        # Odoo has parsed a form by now, and nothing is left of its bytes to verify.
        if request.httprequest.mimetype != "application/json":
            return _answer(415)
        if not request.db:
            return _answer(503)
        request.update_env(user=SUPERUSER_ID)
        body = request.httprequest.get_data()
        try:
            secrets = request.env["psynamica.zoom.app"]._get()._webhook_secrets()
            verify(body, request.httprequest.headers, secrets, now=time.time())
            notification = webhook_event.parse(body)
        except ServerConfigError as error:
            _logger.error("zoom: a notification cannot be verified: %s", error)
            return _answer(503)
        except WebhookRejected as reason:
            _logger.warning("zoom: a notification was refused: %s", reason)
            return _answer(401)
        except webhook_event.NotificationError as reason:
            _logger.warning("zoom: a notification was not understood: %s", reason)
            return _answer(400)
        return _accept(notification, secrets)


def _accept(notification: webhook_event.Notification, secrets: list[str]) -> Response:
    if notification.plain_token:
        answer = challenge_answer(notification.plain_token, secrets[0])
        return request.make_json_response(answer)
    is_new = request.env["psynamica.zoom.notification"].sudo()._receive(notification)
    _logger.info(
        "zoom: notification %s %s",
        notification.event,
        "received" if is_new else "received once more",
    )
    return _answer(204)


def _answer(status: int) -> Response:
    return request.make_response("", status=status)
