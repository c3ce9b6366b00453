# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Signed notifications, with what is written to the database.

Each of the connections is kept as long as Odoo keeps it. That is for one request:
Odoo's HTTP server (Werkzeug) closes every connection after its answer, the peers' too.

Peers: Odoo's own health page that asks the database for a connection, on the same
server; and payment_stripe's webhook with a valid signature, on a server of its own. It
confirms one open payment with each notification, as ours stores one. With the threaded
server, and with two prefork workers.
"""

import functools
import hashlib
import hmac
import itertools
import json
import secrets
import statistics
import sys
import time

from benchmarks import command, load, odoo_inside, peer_databases, peer_server, rounds
from benchmarks.result import Comparison, Result, at_least, below, for_information
from devtools import toolchain
from devtools.stack import start_stack

ROUNDS = 5
REQUESTS = 300  # a round
CLIENTS = 4
AT_ONCE = 40  # at the fixed rate, connections enough that none has to wait for another
RATE_PER_S = 100
RATE_SECONDS = 4
RATE_ROUNDS = 3
MOST_MS = 300
MODES = (("threaded", 0), ("2 workers", 2))
OURS = "/psynamica_zoom/webhook"
HEALTH = "/web/health?db_server_status=1"
STRIPE = "/payment/stripe/webhook"
STRIPE_SECRET = "whsec_bench"  # noqa: S105 (made up)
_JSON = {"Content-Type": "application/json"}
_numbers = itertools.count(1)


def measure(options):
    """The :class:`Result`."""
    count = options.rounds or ROUNDS
    comparisons = []
    with toolchain.opened() as tools, odoo_inside.opened(tools) as odoo:
        stripe_template = peer_databases.with_modules(tools, "payment_stripe")
        for mode, workers in MODES:
            rounds.tell(mode)
            with (
                start_stack(workers=workers, log_level="warn") as stack,
                peer_server.running(
                    tools, stripe_template, workers=workers, log_level="warn"
                ) as (stripe_url, stripe_database),
            ):
                stripe = Stripe(odoo, stripe_database, stripe_url)
                # Straight to Odoo, not through the front proxy.
                port = stack.ports.odoo_http if workers else stack.ports.odoo
                url = f"http://localhost:{port}"
                comparisons += _compare(mode, url, stack, stripe, count)
    comparisons.sort(key=lambda one: one.holds is None)
    return Result(
        "webhook",
        tuple(comparisons),
        count,
        {"requests_a_round": REQUESTS, "connections": CLIENTS},
    )


def _compare(mode, url, stack, stripe, count):
    secret = stack.zoom_app["webhook_secret"]
    stored = "select count(*) from psynamica_zoom_notification"
    found = rounds.interleaved(
        {
            "ours": lambda: load.throughput(
                url, [zoom_request(secret) for _ in range(REQUESTS)], CLIENTS
            ),
            "health": lambda: load.throughput(
                url, [load.Request("GET", HEALTH)] * REQUESTS, CLIENTS
            ),
            "stripe": stripe.throughput,
        },
        count,
    )
    assert stack.psql(stored)[0][0] == (count + 1) * REQUESTS
    rates = rounds.medians(found)
    ours_s, health_s = _at_fixed_rate(url, secret)
    tail_ms, health_ms = (
        rounds.percentile(figures, 99) * 1000 for figures in (ours_s, health_s)
    )
    typical_ms, health_typical_ms = (
        rounds.percentile(figures, 50) * 1000 for figures in (ours_s, health_s)
    )
    health = "Odoo's /web/health with database"
    return (
        Comparison(
            f"{mode}, notifications a second",
            "1/s",
            rates["ours"],
            rates["health"],
            health,
            at_least(0.6),
        ),
        Comparison(
            f"{mode}, notifications a second",
            "1/s",
            rates["ours"],
            rates["stripe"],
            "payment_stripe's webhook",
            at_least(1),
        ),
        Comparison(
            f"{mode}, at {RATE_PER_S} a second, 99th percentile",
            "ms",
            tail_ms,
            health_ms,
            health,
            below(MOST_MS, "ms"),
        ),
        Comparison(
            f"{mode}, at {RATE_PER_S} a second, median",
            "ms",
            typical_ms,
            health_typical_ms,
            health,
            for_information(),
        ),
    )


def _at_fixed_rate(url, secret):
    """Seconds of each request at the fixed rate, ours and the health page's."""
    took_s = {"ours": [], "health": []}
    makers = {
        "ours": lambda: zoom_request(secret),
        "health": lambda: load.Request("GET", HEALTH),
    }

    def measured(name):
        requests = [makers[name]() for _ in range(RATE_PER_S * RATE_SECONDS)]
        figures = load.latencies_s(url, requests, AT_ONCE, per_second=RATE_PER_S)
        took_s[name] += figures
        return statistics.median(figures)

    rounds.interleaved(
        {name: functools.partial(measured, name) for name in took_s},
        RATE_ROUNDS,
        warm_up=0,
    )
    return took_s["ours"], took_s["health"]


def zoom_request(secret):
    """A notification as Zoom sends it, signed just now, unlike any before.

    Zoom: webhooks page, signature; webhook reference, ``meeting.started``.
    """
    event = {
        "event": "meeting.started",
        "event_ts": int(time.time() * 1000) + next(_numbers),
        "payload": {
            "account_id": "AAAAAABBBB",
            "object": {
                "id": str(10_000_000_000 + secrets.randbelow(10**10)),
                "uuid": secrets.token_urlsafe(16),
                "host_id": "x1yCzABCDEfg23HiJKl4mN",
                "topic": "Session",
                "type": 2,
                "start_time": "2030-07-09T17:00:00Z",
                "duration": 50,
                "timezone": "Europe/Berlin",
            },
        },
    }
    body = json.dumps(event).encode()
    stamp = str(int(time.time()))
    signed = f"v0:{stamp}:".encode() + body
    digest = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    headers = {
        **_JSON,
        "x-zm-request-timestamp": stamp,
        "x-zm-signature": f"v0={digest}",
    }
    return load.Request("POST", OURS, body, headers, expects=(204,))


class Stripe:
    """payment_stripe's webhook and open payments for it to confirm."""

    def __init__(self, odoo, database, url):
        self._odoo = odoo
        self._database = database
        self._url = url
        with odoo.transaction(database) as env:
            self._references = self._open_payments(env)

    def throughput(self):
        """Confirms each payment once; notifications a second."""
        with self._odoo.transaction(self._database) as env:
            env.cr.execute("update payment_transaction set state = 'draft'")
        requests = [self._request(reference) for reference in self._references]
        rate = load.throughput(self._url, requests, CLIENTS)
        with self._odoo.transaction(self._database) as env:
            transactions = env["payment.transaction"]
            done = transactions.search_count([("state", "=", "done")])
            assert done == REQUESTS, done
        return rate

    def _open_payments(self, env):
        provider = env["payment.provider"].search([("code", "=", "stripe")], limit=1)
        provider.write(
            {
                "stripe_secret_key": "bench",
                "stripe_publishable_key": "bench",
                "stripe_webhook_secret": STRIPE_SECRET,
                "state": "test",
            }
        )
        method = env["payment.method"].with_context(active_test=False)
        values = {
            "provider_id": provider.id,
            "payment_method_id": method.search([("code", "=", "card")], limit=1).id,
            "amount": 100.0,
            "currency_id": env.company.currency_id.id,
            "partner_id": env.user.partner_id.id,
            "operation": "online_direct",
        }
        references = [f"bench-{number}" for number in range(REQUESTS)]
        env["payment.transaction"].create(
            [{**values, "reference": reference} for reference in references]
        )
        self._currency = env.company.currency_id.name.lower()
        return references

    def _request(self, reference):
        """Stripe: webhooks, event ``payment_intent.succeeded`` and its signature."""
        event = {
            "id": f"evt_{reference}",
            "object": "event",
            "type": "payment_intent.succeeded",
            "data": {
                "object": {
                    "id": f"pi_{reference}",
                    "object": "payment_intent",
                    "amount": 10000,
                    "currency": self._currency,
                    "description": reference,
                    "payment_method": "pm_bench",
                    "status": "succeeded",
                }
            },
        }
        body = json.dumps(event)
        stamp = str(int(time.time()))
        digest = hmac.new(
            STRIPE_SECRET.encode(), f"{stamp}.{body}".encode(), hashlib.sha256
        ).hexdigest()
        headers = {**_JSON, "Stripe-Signature": f"t={stamp},v1={digest}"}
        return load.Request("POST", STRIPE, body.encode(), headers)


if __name__ == "__main__":
    sys.exit(command.main(measure))
