# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How Zoom says no.

ZoomApiError   the REST API: {"code", "message"[, "errors"]}
OAuthError     the token endpoint: {"reason", "error"}
"""


class ZoomApiError(Exception):
    """A refusal of the REST API.  Zoom: API error definitions."""

    def __init__(
        self,
        status: int,
        code: int,
        message: str,
        *,
        errors: list[dict] | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(f"{status}/{code} {message}")
        self.status = status
        self.code = code
        self.message = message
        self.errors = errors
        self.headers = headers or {}

    def body(self) -> dict:
        """Return the JSON body; `errors` is there only for validation."""
        body: dict = {"code": self.code, "message": self.message}
        if self.errors:
            body["errors"] = self.errors
        return body


class OAuthError(Exception):
    """A refusal of `/oauth/token` or `/oauth/revoke`; its shape is not RFC 6749's."""

    def __init__(self, error: str, reason: str, status: int = 400) -> None:
        super().__init__(f"{status} {error}: {reason}")
        self.error = error
        self.reason = reason
        self.status = status

    def body(self) -> dict:
        """Return the JSON body as seen in live answers."""
        return {"reason": self.reason, "error": self.error}


def invalid_token() -> ZoomApiError:
    """Zoom: API error definitions, 124; also after the app was removed."""
    return ZoomApiError(401, 124, "Invalid access token.")


def expired_token() -> ZoomApiError:
    """Zoom: API error definitions, 124."""
    return ZoomApiError(401, 124, "Access token is expired.")


def token_in_query() -> ZoomApiError:
    """Zoom: query parameter tokens FAQ, since 2023-02-14."""
    return ZoomApiError(
        401,
        124,
        "Invalid access token, this access token is not supported as query "
        "parameter string.",
    )


def missing_scopes(scopes: list[str], *, old_style: bool = False) -> ZoomApiError:
    """Zoom: seen as 400/4711; the 2026 OpenAPI has 401/4700 (`old_style` False/True).

    :param scopes: the alternatives, any of which would do
    """
    status, code = (401, 4700) if old_style else (400, 4711)
    names = ", ".join(scopes)
    return ZoomApiError(
        status, code, f"Invalid access token, does not contain scopes:[{names}]."
    )


def invalid_fields(errors: list[dict]) -> ZoomApiError:
    """Zoom: API error definitions, 300 with a list of fields."""
    return ZoomApiError(400, 300, "Validation Failed.", errors=errors)


def paid_only(account_id: str) -> ZoomApiError:
    """Zoom: API error definitions, 200."""
    return ZoomApiError(400, 200, f"Only available for paid account: {account_id}.")


def meeting_missing(meeting_id: int | str) -> ZoomApiError:
    """Zoom: Get/Update a meeting, 404."""
    return ZoomApiError(404, 3001, f"Meeting does not exist: {meeting_id}.")


def meeting_missing_on_delete(meeting_id: int | str) -> ZoomApiError:
    """Zoom: Delete a meeting, 404; the same code in other words."""
    return ZoomApiError(404, 3001, f"Meeting {meeting_id} is not found or has expired.")


def meeting_of_somebody_else() -> ZoomApiError:
    """Zoom: observed 2306 (403) for a meeting of another host."""
    return ZoomApiError(403, 2306, "You do not have permission for this meeting.")


def not_the_host() -> ZoomApiError:
    """Zoom: Delete a meeting, 400, 3003."""
    return ZoomApiError(400, 3003, "You are not the meeting host.")


def meeting_in_progress() -> ZoomApiError:
    """Zoom: Delete a meeting, 400, 3002."""
    return ZoomApiError(
        400, 3002, "Sorry, you cannot delete this meeting since it is in progress."
    )


def meeting_ended() -> ZoomApiError:
    """Zoom: Delete a meeting, 400, 3007."""
    return ZoomApiError(
        400, 3007, "Sorry, you cannot delete this meeting since it has ended."
    )


def hosting_not_allowed() -> ZoomApiError:
    """Zoom: Create a meeting, 400, 3161."""
    return ZoomApiError(
        400, 3161, "Your user account is not allowed meeting hosting and scheduling."
    )
