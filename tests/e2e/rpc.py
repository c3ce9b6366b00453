# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""People who speak to Odoo without a browser."""

import re
from urllib.parse import parse_qs, urlsplit

import requests

_TOKEN = re.compile(r'csrf_token: "([^"]+)"|name="csrf_token" value="([^"]+)"')


class Person:
    """One log-in, with its cookies."""

    def __init__(self, url, login):
        """Log in with the demo password."""
        self.url = url
        self.http = requests.Session()
        form = {
            "login": login,
            "password": login,
            "csrf_token": self.form_token("/web/login"),
        }
        answer = self.http.post(
            f"{url}/web/login", form, allow_redirects=False, timeout=60
        )
        assert answer.status_code == 303, answer.status_code

    def form_token(self, path):
        """Return the token against forgery that the page at `path` carries."""
        found = _TOKEN.search(self.get(path).text)
        return found[1] or found[2]

    def get(self, path, **options):
        """Return the answer itself, not that of the place it leads to."""
        return self.http.get(
            f"{self.url}{path}", allow_redirects=False, timeout=60, **options
        )

    def press_connect(self):
        """Press Connect; return where the browser is sent."""
        form = {"csrf_token": self.form_token("/odoo")}
        answer = self.http.post(
            f"{self.url}/psynamica_zoom/connect",
            form,
            allow_redirects=False,
            timeout=60,
        )
        assert answer.status_code == 303, answer.status_code
        return answer.headers["Location"]

    def connect_zoom(self, zoom, account):
        """Connect the Zoom account, which allows the app at the simulator `zoom`."""
        query = parse_qs(urlsplit(self.press_connect()).query)
        names = ("redirect_uri", "state", "code_challenge", "code_challenge_method")
        allowed = zoom.authorize(account, **{name: query[name][0] for name in names})
        back = urlsplit(allowed["redirect"])
        answer = self.get(f"{back.path}?{back.query}")
        assert answer.status_code == 303, answer.status_code

    def call(self, model, method, *arguments, **options):
        """Return the text of the answer to a call over RPC, refusals included."""
        params = {
            "model": model,
            "method": method,
            "args": arguments,
            "kwargs": options,
        }
        body = {"jsonrpc": "2.0", "method": "call", "id": 1, "params": params}
        path = f"/web/dataset/call_kw/{model}/{method}"
        return self.http.post(f"{self.url}{path}", json=body, timeout=60)


class Nobody(Person):
    """Somebody without a log-in, as clients are."""

    def __init__(self, url):
        """Keep cookies only."""
        self.url = url
        self.http = requests.Session()
