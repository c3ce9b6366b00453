# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How often an address has opened links that lead nowhere.

A join token has 192 random bits: nobody finds one by trying, at whatever speed.  What
this stops is the load of trying, and the noise.  So it is kept in each worker's memory,
bounded, and not in the database: opening a link writes nothing there.  Links that lead
to a session are never counted and never refused, for a whole clinic may share one
address; a limit that a stranger could fill would be a way to keep clients out.

The address is the one Odoo knows: with `proxy_mode` the client's, without it the
proxy's, which is then one for everybody.
"""

from __future__ import annotations

import ipaddress
import threading
import time
from collections import OrderedDict
from collections.abc import Callable

MOST = 30  # unknown links in one window; a person who mistypes needs a few
WINDOW_S = 60
MOST_ADDRESSES = 10_000  # some 2 MB; then the oldest are forgotten
_SITE_PREFIX = 64  # bits: one customer's IPv6 addresses


class UnknownLinks:
    """Counts in windows of fixed length that begin with the first unknown link.

    :param clock: monotonic seconds
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._windows: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._windows)

    def note(self, address: str | None) -> int:
        """Count one more; return in how many seconds to come again, 0 for at once."""
        key = _site(address)
        now = self._clock()
        with self._lock:
            ends_at, count = self._windows.pop(key, (now + WINDOW_S, 0))
            if ends_at <= now:
                ends_at, count = now + WINDOW_S, 0
            self._windows[key] = ends_at, count + 1
            while len(self._windows) > MOST_ADDRESSES:
                self._windows.popitem(last=False)
        return 0 if count < MOST else max(1, round(ends_at - now))


def _site(address: str | None) -> str:
    """Return what stands for everybody behind `address`."""
    try:
        ip = ipaddress.ip_address(address or "")
    except ValueError:
        return ""
    if ip.version == 4:
        return str(ip)
    return str(ipaddress.ip_network((ip, _SITE_PREFIX), strict=False))
