# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The log of calls made to the simulator, as tests want to read it."""

import asyncio
import re
from collections import deque
from dataclasses import asdict, dataclass

from .identifiers import fingerprint

# Enough for a long chaos run; older calls fall out.
CAPACITY = 50_000
# These are logged as hashes.
_SECRETS = frozenset(
    ("client_secret", "code", "refresh_token", "access_token", "token")
    + ("code_verifier", "zak", "pwd")
)


@dataclass
class Call:
    """One call.  `kind` is `api`, `oauth` or `page`."""

    number: int
    at: str
    kind: str
    method: str
    path: str
    query: dict
    body: object
    status: int | None = None
    code: int | None = None
    user: str | None = None
    token: str | None = None
    auth: str | None = None
    content_type: str = ""
    user_agent: str = ""
    tls: str | None = None
    fault: str | None = None
    tracking_id: str | None = None
    ms: float = 0.0


def without_secrets(values: dict) -> dict:
    """Return parameters with secrets replaced by `#` and their hash."""
    return {
        name: f"#{fingerprint(value)}"
        if name in _SECRETS and isinstance(value, str)
        else value
        for name, value in values.items()
    }


class CallLog:
    """Remembers calls and lets tests wait for one."""

    def __init__(self) -> None:
        self._calls: deque[Call] = deque(maxlen=CAPACITY)
        self._count = 0
        self._added = asyncio.Event()

    @property
    def count(self) -> int:
        """How many calls there have been since the last `clear`."""
        return self._count

    def next_number(self) -> int:
        """Return the number of the call that begins now."""
        self._count += 1
        return self._count

    def add(self, call: Call) -> None:
        """Remember a finished call."""
        self._calls.append(call)
        self._added.set()
        self._added = asyncio.Event()

    def clear(self) -> None:
        """Forget all calls."""
        self._calls.clear()
        self._count = 0

    def find(
        self,
        *,
        kind: str | None = None,
        method: str | None = None,
        path: str | None = None,
        user: str | None = None,
        since: int = 0,
    ) -> list[dict]:
        """Return the calls that fit, oldest first.

        :param kind: without one, pages are left out
        :param path: a regular expression that must match the whole path
        :param since: only calls with a greater number
        """
        pattern = re.compile(path) if path else None

        def fits(call: Call) -> bool:
            return (
                call.number > since
                and (call.kind == kind if kind else call.kind != "page")
                and (method is None or call.method == method.upper())
                and (user is None or call.user == user)
                and (pattern is None or pattern.fullmatch(call.path) is not None)
            )

        return [asdict(call) for call in self._calls if fits(call)]

    async def wait(self, count: int, timeout_s: float, **wanted) -> list[dict]:
        """Return the calls that fit as soon as there are `count`, or what there is.

        :param timeout_s: real seconds
        """
        loop = asyncio.get_running_loop()
        until = loop.time() + timeout_s
        while len(found := self.find(**wanted)) < count:
            try:
                await asyncio.wait_for(self._added.wait(), until - loop.time())
            except asyncio.TimeoutError:
                return found
        return found
