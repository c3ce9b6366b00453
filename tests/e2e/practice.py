# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The practice of the demo data, seen from outside."""

from browser import somebody
from playwright.sync_api import expect
from postbox import Postbox

from zoom_simulator.sim_client import SimClient

# What is left of a connection when somebody disconnects must open nothing.
_SECRETS = """
select count(*) from psynamica_zoom_connection
where access_token_sealed is not null or refresh_token_sealed is not null
"""

# The server's own scheduler may have the job now, or just have given it back.
_DELIVER = """
import time
from psycopg2.errors import SerializationFailure
from odoo.exceptions import UserError
cron = env.ref("psynamica_zoom.ir_cron_deliver")
patient_until = time.monotonic() + 60
while True:
    try:
        cron.method_direct_trigger()
        break
    except (SerializationFailure, UserError):
        env.cr.rollback()
        if time.monotonic() > patient_until:
            raise
        time.sleep(0.2)
env.cr.commit()
"""


class Practice:
    """A running practice, its simulated Zoom and its mails."""

    def __init__(self, stack, browser, language):
        self.stack = stack
        self.url = stack.odoo_url
        self.language = language
        self.zoom = SimClient(stack.simulator_url, str(stack.ca_file))
        self.postbox = Postbox(stack)
        self._browser = browser
        # Before anybody's first log-in, so that no cache knows another language.
        stack.psql(
            "update res_partner set lang = %s where id in"
            " (select partner_id from res_users where login = 'anna')",
            language,
        )

    def log_in(self, login):
        """Logs *login* in with the demo password; the page."""
        page = self._log_in(login)
        expect(page.locator(".o_main_navbar")).to_be_visible()
        return page

    def log_in_to_portal(self, login, **device):
        """Logs the client *login* in, the password being the same; the page."""
        page = self._log_in(login, **device)
        expect(page.locator(".o_portal_my_home")).to_be_visible()
        return page

    def _log_in(self, login, **device):
        page = self.stranger(**device)
        page.goto(f"{self.url}/web/login")
        page.locator("input[name='login']").fill(login)
        page.locator("input[name='password']").fill(login)
        page.locator("form.oe_login_form button[type='submit']").click()
        return page

    def stranger(self, **device):
        """The page of somebody who is not logged in; *device*: its size and zone."""
        return somebody(self._browser, self.language, **device).new_page()

    def leave(self):
        """Closes what was opened to look at the practice."""
        for context in self._browser.contexts:
            context.close()
        self.zoom.close()

    def count_sealed_tokens(self):
        """How many connections still have a token in the database."""
        return self.stack.psql(_SECRETS)[0][0]

    def deliver_all(self):
        """Runs the delivery once more and waits for its end."""
        self.stack.shell(_DELIVER)
