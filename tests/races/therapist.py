# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A connected therapist, seen from processes of Odoo that the tests start."""

import contextlib
import itertools
import json
import os
import signal

from psynamica_zoom.zoom_api import oauth
from zoom_simulator.sim_client import SimClient

REFRESH = {"method": "POST", "path": "/oauth/token"}
_PATIENCE_S = 120  # for a process of Odoo on a busy machine; nobody waits as long

_HEAD = """
import hashlib, json
def say(word, **facts):
    print("SAYS", word, json.dumps(facts), flush=True)
def mark(text):
    return hashlib.sha256(text.encode()).hexdigest()
def wait_for_go():
    say("ready")
    open({gate!r}).read()
user = env["res.users"].with_context(active_test=False).search([("login", "=", {login!r})])
connection = user.zoom_connection_ids
"""  # noqa: E501

_CONNECT = """
from odoo.addons.psynamica_zoom.zoom_api import users
app = env["psynamica.zoom.app"]._get()
pair = app._oauth_client().exchange({code!r}, app._redirect_uri(), {verifier!r})
user._zoom_connect(pair, users.me(app._transport(), pair.access_token))
env["mail.activity"].search([("user_id", "=", user.id)]).unlink()
env["mail.mail"].search([]).unlink()
env.cr.commit()
"""

_EXPIRE = """
update psynamica_zoom_connection set access_expires_at = now() - interval '1 day'
where user_id = (select id from res_users where login = %s)
"""

NEEDS_TOKEN = """
try:
    say("token", mark=mark(connection._access_token()))
except Exception as error:
    say("refused", kind=type(error).__name__)
"""

_TOLD = """
select connection.state,
       coalesce(access_token_sealed, refresh_token_sealed) is not null,
       (select count(*) from mail_activity
         where mail_activity.user_id = connection.user_id),
       (select count(*) from mail_mail
          join mail_message on mail_message.id = mail_message_id
         where model = 'psynamica.zoom.connection' and res_id = connection.id)
  from psynamica_zoom_connection as connection
  join res_users on res_users.id = connection.user_id
 where login = %s
"""
_numbers = itertools.count(1)


class Therapist:
    """Somebody of the demo data with an account at the simulated Zoom."""

    def __init__(self, stack, login="anna", account="anna@zoom.example"):
        self.stack = stack
        self.login, self.account = login, account
        self.zoom = SimClient(stack.simulator_url, str(stack.ca_file))
        self._gate = stack.folder / f"go-{login}"
        if not self._gate.exists():
            os.mkfifo(self._gate)
        self._processes = contextlib.ExitStack()

    def connect(self, stack=None):
        """Connects the account, by the real exchange."""
        self.zoom.clear_faults()
        verifier = oauth.new_verifier()
        allowed = self.zoom.authorize(
            self.account,
            redirect_uri=f"{self.stack.odoo_url}/psynamica_zoom/callback",
            code_challenge=oauth.challenge(verifier),
            code_challenge_method="S256",
        )
        self.run(_CONNECT.format(code=allowed["code"], verifier=verifier), stack)

    def let_expire(self):
        """Lets the access token be too old; nothing was called so far."""
        self.stack.psql(f"{_EXPIRE} returning id", self.login)
        self.zoom.clear_calls()

    def leave(self):
        """Ends what was started for the test."""
        self.zoom.clear_faults()
        self.zoom.release()
        self._processes.close()
        self.zoom.close()

    # Processes

    def process(self, script, stack=None, variables=None):
        """A process of Odoo that runs *script* with ``user`` and ``connection``."""
        head = _HEAD.format(gate=str(self._gate), login=self.login)
        name = f"{self.login}-{next(_numbers)}"
        server = (stack or self.stack).start_shell(name, head + script, variables)
        process = OdooProcess(server)
        self._processes.callback(process.stop)
        return process

    def run(self, script, stack=None, variables=None):
        """What *script* said at last; it has ended."""
        process = self.process(script, stack, variables)
        process.wait_for_end()
        return process.said[-1] if process.said else None

    def open_gate(self):
        """Lets everybody go on who waits for it; all must wait already."""
        with self._gate.open("w") as gate:
            gate.write("go")

    def wait_for_waiting(self, process, count=1):
        """Returns once so many transactions wait for a lock; *process* is one."""
        process.wait_until(
            lambda: (
                self.stack.psql(
                    "select count(*) from pg_stat_activity"
                    " where datname = current_database() and wait_event_type = 'Lock'"
                )[0][0]
                >= count
            )
        )

    # What became of it

    def need_token(self):
        """What another process is told that needs a token now."""
        return self.run(NEEDS_TOKEN)

    def told(self):
        """The connection's state, and what asks the therapist to connect again."""
        names = "state", "secrets", "activities", "mails"
        [row] = self.stack.psql(_TOLD, self.login)
        return dict(zip(names, row, strict=True))

    def refreshes(self):
        """The calls for new tokens since the last ones were forgotten."""
        return self.zoom.calls(**REFRESH)


class OdooProcess:
    """One process of Odoo and what it says."""

    def __init__(self, server):
        self._server = server

    @property
    def said(self):
        """(word, facts) in order."""
        text = self._server.log.read_text(encoding="utf-8", errors="replace")
        lines = (line.split(maxsplit=2) for line in text.splitlines())
        return [
            (parts[1], json.loads(parts[2])) for parts in lines if parts[:1] == ["SAYS"]
        ]

    def wait_until(self, is_so):
        """Returns once ``is_so()``, while the process runs."""
        self._server.wait_until(is_so, _PATIENCE_S, self._server.name)

    def wait_for(self, word):
        """The facts that were said with *word*, once they are."""
        self.wait_until(lambda: word in dict(self.said))
        return dict(self.said)[word]

    def wait_for_end(self):
        """Returns when the process has ended by itself, and well.

        :raises DevError: it failed, or it does not end.
        """
        with contextlib.suppress(_Ended):
            self.wait_until(self._has_ended)

    def _has_ended(self):
        code = self._server.exit_code()
        if code == 0:
            raise _Ended
        return False

    def kill(self):
        """Ends it as a failing machine does: at once, without a word."""
        os.killpg(self._server.pid, signal.SIGKILL)
        self._server.stop()

    def log(self):
        """All of its output."""
        return self._server.log.read_text(encoding="utf-8", errors="replace")

    def stop(self):
        """Ends it, if it runs."""
        self._server.stop()


class _Ended(Exception):
    pass
