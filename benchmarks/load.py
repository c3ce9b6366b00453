# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Requests: as many as the server answers, or at a fixed rate.

Connections are kept as long as the server keeps them.
"""

import http.client
import queue
import threading
import time
from urllib.parse import urlsplit

_TIMEOUT_S = 30


class Request:
    """One request, ready to be sent."""

    def __init__(self, method, path, body=None, headers=None, expects=(200, 204)):
        self.method = method
        self.path = path
        self.body = body
        self.headers = headers or {}
        self.expects = expects


class _Client:
    """One connection; opened again when the server has closed it."""

    def __init__(self, url):
        parts = urlsplit(url)
        self._connection = http.client.HTTPConnection(
            parts.hostname, parts.port, timeout=_TIMEOUT_S
        )

    def send(self, request):
        """:raises AssertionError: another answer than the request expects"""
        try:
            status = self._exchange(request)
        except (http.client.RemoteDisconnected, ConnectionError):
            # Closed while idle; nothing of this request was taken.
            self._connection.close()
            status = self._exchange(request)
        assert status in request.expects, (request.path, status)

    def _exchange(self, request):
        self._connection.request(
            request.method, request.path, request.body, request.headers
        )
        answer = self._connection.getresponse()
        answer.read()
        return answer.status

    def close(self):
        self._connection.close()


def throughput(url, requests, clients):
    """How many of *requests* a second are answered when *clients* ask at once."""
    began = time.perf_counter()
    latencies_s(url, requests, clients)
    return len(requests) / (time.perf_counter() - began)


def latencies_s(url, requests, clients, per_second=None):
    """Seconds of each request.

    With *per_second* requests are due at that rate whatever the server does, and a late
    one counts from when it was due.
    """
    line = queue.SimpleQueue()
    for number, request in enumerate(requests):
        line.put((number, request))
    took_s, failures = [0.0] * len(requests), []
    began = time.perf_counter()

    def work():
        client = _Client(url)
        try:
            while True:
                try:
                    number, request = line.get_nowait()
                except queue.Empty:
                    return
                due = time.perf_counter()
                if per_second:
                    due = began + number / per_second
                    time.sleep(max(0.0, due - time.perf_counter()))
                client.send(request)
                took_s[number] = time.perf_counter() - due
        except Exception as failure:  # told by the thread that waits
            failures.append(failure)
        finally:
            client.close()

    threads = [threading.Thread(target=work) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return took_s
