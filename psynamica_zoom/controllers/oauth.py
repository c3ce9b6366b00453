# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Connecting a Zoom account: to Zoom and back.

An attempt is kept in the browser's session.  It is good for one return of the same
user within ten minutes; every doubt ends on a page that says so and changes nothing.
"""

from __future__ import annotations

import logging
import time

from werkzeug.exceptions import NotFound

from odoo.http import Controller, Response, request, route
from odoo.tools.misc import consteq

from ..models.zoom_app import CALLBACK_PATH
from ..models.zoom_connection import ZoomAccountTaken
from ..server_config import ServerConfigError
from ..services import scopes
from ..zoom_api import oauth, users
from ..zoom_api.errors import ZoomAppRejected, ZoomError, ZoomGrantRevoked
from .public_page import CONNECT_PATH, render_public

_logger = logging.getLogger(__name__)

INTEGRATIONS_PATH = "/odoo/integrations"
SESSION_KEY = "psynamica_zoom_attempt"
ATTEMPT_S = 10 * 60
_LONGEST_CODE = 2048  # characters; Zoom's have some 40
_PAIR = "psynamica_zoom.token_pair"  # in the WSGI environment of this one request
_FIRST_USE = "psynamica_zoom.first_use_of_state"  # likewise
_PRIVATE = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}


class ConnectProblem(Exception):
    """The attempt ends here; see `page_connect_problem` for the words."""

    def __init__(self, problem: str, *, retry: bool = True, scopes=()) -> None:
        super().__init__(problem)
        self.values = {"problem": problem, "retry": retry, "scopes": scopes}


class OAuthController(Controller):
    # Public, and asked for a login inside: sending people to the login page first
    # would put Zoom's code into the address of that page.

    @route(CONNECT_PATH, type="http", auth="public", methods=["POST"])
    def connect(self, **_ignored: str) -> Response:
        """Send the user to Zoom to allow the app."""
        try:
            _require_user()
            return _redirect(_begin(), local=False)
        except ConnectProblem as problem:
            return _page(problem)

    @route(CONNECT_PATH, type="http", auth="public", methods=["GET"])
    def connect_opened(self, **_ignored: str) -> Response:
        """Lead to the button: only a click on it begins an attempt."""
        return _redirect(INTEGRATIONS_PATH)

    @route(CALLBACK_PATH, type="http", auth="public", methods=["GET"])
    def callback(self, **values: str) -> Response:
        """Finish the attempt that Zoom sends the user back from."""
        # It is good for one return, whatever comes of it.
        attempt = request.session.pop(SESSION_KEY, None)
        try:
            _require_user()
            verifier = _verifier(attempt, values)
            _connect(_code(values), verifier)
        except ConnectProblem as problem:
            return _page(problem)
        return _redirect(f"{INTEGRATIONS_PATH}?zoom=connected")


def _require_user() -> None:
    user = request.env.user
    if user._is_public():
        raise ConnectProblem("login_needed", retry=False)
    if not user._is_internal():
        raise NotFound


def _begin() -> str:
    """Keep a new attempt in the session and return where to send the browser."""
    app_sudo = request.env["psynamica.zoom.app"]._get()
    if not app_sudo._is_configured():
        raise ConnectProblem("unconfigured", retry=False)
    try:
        endpoint = app_sudo._endpoint()
    except ServerConfigError as error:
        _logger.error("zoom: %s", error)
        raise ConnectProblem("unconfigured", retry=False) from None
    state, verifier = oauth.new_state(), oauth.new_verifier()
    request.session[SESSION_KEY] = {
        "state": state,
        "verifier": verifier,
        "uid": request.env.uid,
        "expires_at": time.time() + ATTEMPT_S,
    }
    return oauth.authorize_url(
        endpoint,
        app_sudo.client_id,
        app_sudo._redirect_uri(),
        state,
        oauth.challenge(verifier),
    )


def _verifier(attempt: object, values: dict[str, str]) -> str:
    """Return the PKCE verifier of the attempt that this return belongs to."""
    state = values.get("state") or ""
    if not state:
        raise ConnectProblem("no_state")
    if not isinstance(attempt, dict):
        raise ConnectProblem("foreign_state")
    if attempt.get("uid") != request.env.uid:
        raise ConnectProblem("foreign_state")
    # As bytes: texts with letters outside ASCII are refused by an exception.
    if not consteq(str(attempt.get("state")).encode(), state.encode()):
        raise ConnectProblem("foreign_state")
    if not time.time() < attempt.get("expires_at", 0):
        raise ConnectProblem("expired")
    _use_up(state)
    return attempt["verifier"]


def _use_up(state: str) -> None:
    """Let the attempt be good for this return only; of two at once, for one.

    Odoo runs a request again when its transaction has lost a race.
    """
    environ = request.httprequest.environ
    if _FIRST_USE not in environ:
        used_states_sudo = request.env["psynamica.zoom.used.state"].sudo()
        environ[_FIRST_USE] = used_states_sudo._use_up(state)
    if not environ[_FIRST_USE]:
        raise ConnectProblem("foreign_state")


def _code(values: dict[str, str]) -> str:
    if values.get("error"):
        raise ConnectProblem("declined")
    code = values.get("code") or ""
    if not code or len(code) > _LONGEST_CODE or not code.isprintable():
        raise ConnectProblem("code_refused")
    return code


def _connect(code: str, verifier: str) -> None:
    app_sudo = request.env["psynamica.zoom.app"]._get()
    try:
        client = app_sudo._oauth_client()
        pair = _exchange(client, code, app_sudo._redirect_uri(), verifier)
    except ZoomGrantRevoked:
        raise ConnectProblem("code_refused") from None
    except ZoomAppRejected as error:
        _logger.error("zoom: the app was not accepted: %s", error)
        raise ConnectProblem("app_rejected", retry=False) from None
    except ZoomError as error:
        _logger.warning("zoom: a code could not be exchanged: %s", error)
        raise ConnectProblem("unreachable") from None
    if missing := scopes.missing_required(pair.scopes):
        _revoke(client, pair)
        raise ConnectProblem("scopes_missing", scopes=missing)
    _store(app_sudo, pair)


def _exchange(
    client: oauth.OAuthClient, code: str, redirect_uri: str, verifier: str
) -> oauth.TokenPair:
    """Return the tokens for the code, which Zoom takes only once.

    Odoo runs a request again when its transaction has lost a race.
    """
    kept = request.httprequest.environ.get(_PAIR)
    if kept is None:
        kept = client.exchange(code, redirect_uri, verifier)
        request.httprequest.environ[_PAIR] = kept
    return kept


def _store(app_sudo, pair: oauth.TokenPair) -> None:
    try:
        zoom_user = _zoom_user(app_sudo, pair)
        request.env.user._zoom_connect(pair, zoom_user)
    except ZoomAccountTaken:
        raise ConnectProblem("taken") from None


def _zoom_user(app_sudo, pair: oauth.TokenPair) -> users.ZoomUser | None:
    """Return whose account it is; None when the user did not let us see that."""
    if not scopes.has(pair.scopes, "user:read:user"):
        return None
    try:
        return users.me(app_sudo._transport(), pair.access_token)
    except ZoomError as error:
        # Not a reason to refuse: Zoom has ended older grants by now, so refusing would
        # leave the user without any.  Who it is, is learnt from the first meeting.
        _logger.warning("zoom: the user's account could not be read: %s", error)
        return None


def _revoke(client: oauth.OAuthClient, pair: oauth.TokenPair) -> None:
    """Withdraw a grant that is not kept, as well as Zoom allows at the moment."""
    try:
        client.revoke(pair.access_token)
    except ZoomError as error:
        _logger.info("zoom: a grant that is not kept was not withdrawn: %s", error)


def _page(problem: ConnectProblem) -> Response:
    return render_public("psynamica_zoom.page_connect_problem", problem.values)


def _redirect(location: str, *, local: bool = True) -> Response:
    response = request.redirect(location, code=303, local=local)
    response.headers.update(_PRIVATE)
    return response
