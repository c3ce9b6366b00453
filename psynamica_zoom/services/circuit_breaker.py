# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""When to stop asking Zoom, when to look again, and how gently to go on.

One circuit for each Zoom account and one for Zoom as a whole.  *Closed*: calls are
made.  *Open*: none but a single probe at growing intervals.  *Recovering*: a probe was
answered; each answer lets one more call run beside the others, until it is closed.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from ..zoom_api import errors

# All thresholds of an outage are here.
ACCOUNT_FAILURES = 3  # in a row, then the account's circuit opens
ZOOM_FAILURES = 5  # in a row over all accounts, then that of Zoom as a whole
FIRST_PROBE_S = 15
LONGEST_PROBE_S = 600
SPREAD = 0.2  # probes of several servers do not come together
RECOVERED = 8  # answers in a row; as many calls as run side by side at the most
NOTICE_AFTER = timedelta(minutes=5)  # shorter ones are hiccups nobody is told of
PROBE_LASTS = timedelta(minutes=5)  # longer than any; then its process has died


class Circuit(NamedTuple):
    """What is known about whether somebody at Zoom answers; moments of one kind.

    :param failures: in a row
    :param since: when the outage began; None = there is none, or it is over
    :param probes: how many have failed in a row
    :param retry_at: when the next probe may be sent; None = not open
    :param is_probing: a probe is on its way
    :param answers: in a row since a probe was answered; 0 = not recovering
    :param is_told: administrators know of this outage
    """

    failures: int = 0
    since: datetime | None = None
    probes: int = 0
    retry_at: datetime | None = None
    is_probing: bool = False
    answers: int = 0
    is_told: bool = False

    @property
    def is_open(self) -> bool:
        """Return whether calls wait for a probe."""
        return self.retry_at is not None

    @property
    def most_calls(self) -> int | None:
        """Return how many calls may run at once; None = no limit of ours."""
        if self.is_open:
            return 1
        return self.answers or None


CLOSED = Circuit()


def is_outage(error: errors.ZoomError | None) -> bool:
    """Return whether this says that Zoom does not work; a refusal is an answer too."""
    return isinstance(error, (errors.ZoomUnreachable, errors.ZoomServerError))


def is_answer(error: errors.ZoomError | None) -> bool:
    """Return whether Zoom has answered; not when we refused to ask, for example."""
    return error is None or error.status is not None


def concerns_zoom(error: errors.ZoomError, account: Circuit) -> bool:
    """Return whether a failed call is a sign that Zoom as a whole does not work.

    Not when Zoom answers, but for this account with errors only, which is known.
    """
    return isinstance(error, errors.ZoomUnreachable) or not account.is_open


def failed(circuit: Circuit, limit: int, now: datetime, jitter: float) -> Circuit:
    """Return the circuit after a call that met an outage.

    :param limit: how many failures in a row open it
    :param jitter: random, in [0, 1)
    """
    if circuit.is_open and not circuit.is_probing:
        return circuit  # it was on its way when the circuit opened
    failures = circuit.failures + 1
    is_known = circuit.is_open or circuit.answers
    if not is_known and failures < limit:
        return circuit._replace(failures=failures)
    probes = circuit.probes + 1 if is_known else 0
    return circuit._replace(
        failures=failures,
        since=circuit.since or now,
        probes=probes,
        retry_at=now + _interval(probes, jitter),
        is_probing=False,
        answers=0,
    )


def answered(circuit: Circuit) -> Circuit:
    """Return the circuit after a call that Zoom answered, be it with a refusal.

    Who answers some calls and not others is asked again soon: intervals grow with
    probes in a row that fail.
    """
    if circuit.is_open:
        return CLOSED._replace(since=circuit.since, is_told=circuit.is_told, answers=1)
    if circuit.answers:
        more = circuit._replace(failures=0, answers=circuit.answers + 1)
        return settled(more) if more.answers >= RECOVERED else more
    return circuit._replace(failures=0)


def undecided(circuit: Circuit, now: datetime) -> Circuit:
    """Return the circuit after a call that was not made: the next one may probe."""
    if not circuit.is_probing:
        return circuit
    return circuit._replace(is_probing=False, retry_at=now)


def settled(circuit: Circuit) -> Circuit:
    """Return the circuit when Zoom answers and nothing waits any more: all is well.

    Whether the end is to be told stays to be seen: `is_told` is kept.
    """
    return CLOSED if not circuit.is_told else CLOSED._replace(is_told=True)


def probing(circuit: Circuit, now: datetime) -> Circuit:
    """Return the circuit with a call on its way that finds out whether Zoom answers."""
    if not circuit.is_open:
        return circuit
    return circuit._replace(is_probing=True, retry_at=now + PROBE_LASTS)


def must_tell_outage(circuit: Circuit, now: datetime) -> bool:
    """Return whether administrators should hear now that Zoom does not work."""
    if circuit.is_told or not circuit.is_open or circuit.since is None:
        return False
    return now - circuit.since >= NOTICE_AFTER


def must_tell_end(circuit: Circuit) -> bool:
    """Return whether administrators should hear now that Zoom works again."""
    return circuit.is_told and circuit.since is None


def _interval(probes: int, jitter: float) -> timedelta:
    seconds = min(FIRST_PROBE_S * 2 ** min(probes, 16), LONGEST_PROBE_S)
    return timedelta(seconds=seconds * (1 - SPREAD + 2 * SPREAD * jitter))
