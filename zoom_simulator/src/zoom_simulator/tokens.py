# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Codes, access tokens and refresh tokens, and which of them still count."""

from collections import defaultdict
from dataclasses import dataclass, field

from . import identifiers, oauth_rules
from .clock import Clock
from .entities import App, User
from .errors import OAuthError, ZoomApiError, expired_token, invalid_token


@dataclass(eq=False)
class Grant:
    """One user's authorisation of one app; a newer one ends it (Zoom: 4741)."""

    user: User
    app: App
    scopes: tuple[str, ...]
    authorised_at: float
    alive: bool = True
    # Everything that was ever handed out for it.
    access: dict[str, "Token"] = field(default_factory=dict, repr=False)
    refresh: dict[str, "Token"] = field(default_factory=dict, repr=False)

    def is_usable(self) -> bool:
        """Whether tokens of this grant may be used at all."""
        blocked = self.app.disabled or self.user.account.app_blocked
        return self.alive and not self.user.removed and not blocked


@dataclass(eq=False)
class Code:
    """An authorization code: five minutes, one use."""

    user: User
    app: App
    redirect_uri: str
    scopes: tuple[str, ...]
    challenge: str
    method: str
    expires_at: float


@dataclass(eq=False)
class Token:
    """An access or refresh token."""

    grant: Grant
    expires_at: float
    replaced_at: float | None = None


@dataclass(frozen=True)
class TokenPair:
    """What the token endpoint hands out."""

    access: str
    refresh: str
    grant: Grant


class TokenStore:
    """All tokens there are.  :raises of the methods are Zoom's own answers."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._codes: dict[str, Code] = {}
        self._access: dict[str, Token] = {}
        self._refresh: dict[str, Token] = {}
        # user id → client id → the newest grant
        self._grants: dict[str, dict[str, Grant]] = defaultdict(dict)
        # Zoom: sources disagree whether a replaced refresh token has a grace time.
        self.refresh_grace_s = 0.0
        # Observed: the access token of before a refresh goes on working.
        self.refresh_ends_old_access = False

    # --- authorisation

    def issue_code(
        self,
        app: App,
        user: User,
        redirect_uri: str,
        scopes: tuple[str, ...],
        *,
        challenge: str = "",
        method: str = "plain",
    ) -> str:
        """Return a fresh authorization code."""
        code = identifiers.opaque_token()[-60:].replace(".", "_")
        self._codes[code] = Code(
            user=user,
            app=app,
            redirect_uri=redirect_uri,
            scopes=scopes,
            challenge=challenge,
            method=method,
            expires_at=self._clock.now() + oauth_rules.CODE_LIFE_S,
        )
        return code

    def exchange(
        self, app: App, code_text: str, redirect_uri: str, verifier: str
    ) -> TokenPair:
        """Trade a code for tokens; whatever happens, the code is used up.

        :raises OAuthError: Zoom: "Invalid authorization code <code>"
        """
        refused = OAuthError("invalid_grant", f"Invalid authorization code {code_text}")
        code = self._codes.get(code_text)
        if code is None or code.app is not app:
            raise refused
        del self._codes[code_text]
        if self._clock.now() >= code.expires_at or code.user.removed:
            raise refused
        if redirect_uri != code.redirect_uri:
            # Zoom: OAuth error 4709; the body is not documented.
            raise OAuthError("invalid_request", "Redirect URI mismatch.")
        if code.challenge and not oauth_rules.challenge_matches(
            code.challenge, code.method, verifier
        ):
            # Zoom: OAuth with PKCE: `invalid_grant`; the reason is not documented.
            raise OAuthError("invalid_grant", "Invalid code verifier.")
        return self.authorise(app, code.user, code.scopes)

    def authorise(self, app: App, user: User, scopes: tuple[str, ...]) -> TokenPair:
        """Begin a new grant; the tokens of the one before die.

        Zoom: OAuth error 4741: "With multiple authorizations, the last token issued
        is considered valid, and the previous ones are invalidated".
        """
        self.end_grant(app, user)
        grant = Grant(user, app, scopes, self._clock.now())
        self._grants[user.id][app.client_id] = grant
        return self._issue(grant)

    def _issue(self, grant: Grant) -> TokenPair:
        now = self._clock.now()
        access, refresh = identifiers.opaque_token(), identifiers.opaque_token()
        for text, life_s, index, own in (
            (access, oauth_rules.ACCESS_LIFE_S, self._access, grant.access),
            (refresh, oauth_rules.REFRESH_LIFE_S, self._refresh, grant.refresh),
        ):
            index[text] = own[text] = Token(grant, now + life_s)
        return TokenPair(access, refresh, grant)

    # --- use

    def refresh(self, app: App, refresh_text: str) -> TokenPair:
        """Trade a refresh token for a new pair; the old one dies.

        :raises OAuthError: Zoom: "Invalid Token!", for every reason there is
        """
        now = self._clock.now()
        token = self._refresh.get(refresh_text)
        if not self._may_refresh(token, app, now):
            raise OAuthError("invalid_grant", "Invalid Token!")
        if token.replaced_at is None:
            token.replaced_at = now
        if self.refresh_ends_old_access:
            self.expire(token.grant, access=True)
        return self._issue(token.grant)

    def _may_refresh(self, token: Token | None, app: App, now: float) -> bool:
        if token is None or token.grant.app is not app:
            return False
        if now >= token.expires_at or not token.grant.is_usable():
            return False
        if token.replaced_at is None:
            return True
        return now < token.replaced_at + self.refresh_grace_s

    def grant_of_access(self, access_text: str) -> Grant:
        """Return whose access token this is.

        :raises ZoomApiError: 401/124
        """
        token = self._access.get(access_text)
        if token is None or not token.grant.is_usable():
            raise invalid_token()
        if self._clock.now() >= token.expires_at:
            raise expired_token()
        return token.grant

    def user_of(self, text: str) -> User | None:
        """Return the owner of a token, dead or alive; for the call log only."""
        token = self._access.get(text) or self._refresh.get(text)
        return token.grant.user if token else None

    def grant_of_access_for(self, app: App, access_text: str) -> Grant:
        """Return what `app` may revoke by showing an access token.

        :raises OAuthError: dead, expired or another app's (the body is not
            documented)
        """
        try:
            grant = self.grant_of_access(access_text)
        except ZoomApiError:
            raise OAuthError("invalid_grant", "Invalid Token!") from None
        if grant.app is not app:
            raise OAuthError("invalid_grant", "Invalid Token!")
        return grant

    # --- administration

    def grant(self, app: App, user: User) -> Grant | None:
        """Return the living grant of `user` for `app`, if there is one."""
        grant = self._grants[user.id].get(app.client_id)
        return grant if grant and grant.alive else None

    def grants_of(self, user: User) -> list[Grant]:
        """Return the living grants of a user, one per app."""
        return [g for g in self._grants[user.id].values() if g.alive]

    def all_grants(self) -> list[Grant]:
        """Return all living grants."""
        everybody = self._grants.values()
        return [g for grants in everybody for g in grants.values() if g.alive]

    def end_grant(self, app: App, user: User) -> Grant | None:
        """Make all tokens of `user` for `app` invalid; return what was ended."""
        grant = self.grant(app, user)
        if grant:
            grant.alive = False
        return grant

    def expire(
        self, grant: Grant, *, access: bool = False, refresh: bool = False
    ) -> None:
        """Let the tokens of a grant be too old from now on."""
        now = self._clock.now()
        for wanted, tokens in ((access, grant.access), (refresh, grant.refresh)):
            for token in tokens.values() if wanted else ():
                token.expires_at = min(token.expires_at, now)

    def summary(self, grant: Grant) -> dict:
        """Return what tests may know of a grant: counts and hashes, no token."""
        now = self._clock.now()
        access, refresh = (
            [
                identifiers.fingerprint(text)
                for text, token in tokens.items()
                if token.expires_at > now and token.replaced_at is None
            ]
            for tokens in (grant.access, grant.refresh)
        )
        return {"access": access, "refresh": refresh}
