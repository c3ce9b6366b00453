# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""From the last fault to a system that has nothing left to do.

Only what people can do: press "Try again", run a scheduled action, wait. No row is
changed behind the product's back.
"""

import time

from devtools import sql_runner
from devtools.chaos.pauses import IS_PAUSED, NOTIFICATIONS
from devtools.chaos.rpc import NoAnswer, Refused

# Scheduled actions that an administrator may start by hand, in this order.
ACTIONS = (
    "psynamica_zoom.ir_cron_inbox",
    "psynamica_zoom.ir_cron_look",
    "psynamica_zoom.ir_cron_top_up",
    "psynamica_zoom.ir_cron_reconcile",
    "psynamica_zoom.ir_cron_deliver",
    "mail.ir_cron_mail_scheduler_action",
)
# Zoom repeats a notification after 5, 20 and 60 minutes.
_NOTIFICATION_RETRIES_S = (6 * 60, 21 * 60, 61 * 60)
_LOOK_AGAIN_S = 1.0
_TRY_AGAIN_EVERY_S = 10.0

# What waits for Zoom's next day is at rest too.
_PAUSED = f"""
select conn.id from psynamica_zoom_connection conn where {IS_PAUSED}
"""  # noqa: S608 (put together from constants)
# Meetings, notifications, comparisons, mails and held mails that wait.
LEFT = f"""
select
  (select count(*) from psynamica_zoom_meeting where next_attempt_at is not null
      and coalesce(error_reason, '') <> 'daily_limit'
      and coalesce(connection_id, 0) not in ({_PAUSED})),
  ({NOTIFICATIONS}),
  (select count(*) from psynamica_zoom_reconciliation comparison
     join psynamica_zoom_connection conn on conn.id = comparison.connection_id
    where conn.state = 'connected' and conn.id not in ({_PAUSED})
      and (comparison.asked_at is not null
           or comparison.state in ('running', 'waiting'))),
  (select count(*) from mail_mail where state = 'outgoing'),
  (select count(*) from calendar_attendee where video_held_until is not null)
"""  # noqa: S608 (put together from constants)
_LATER = """
select id from psynamica_zoom_meeting
 where (state = 'failed' or next_attempt_at > now() at time zone 'UTC' + interval '5 s')
   and coalesce(error_reason, '') not in ('daily_limit', 'deleted_at_zoom')
"""


class Rest:
    """Brings one practice to rest."""

    def __init__(self, stack, sim, people, say):
        self._say = say
        self._told = None
        self._next_try = 0.0
        self._stack = stack
        self._sim = sim
        self._admin = people.admin

    def come(self, longest_s):
        """Returns the seconds it took, at most about *longest_s*."""
        began = time.monotonic()
        self._sim.clear_faults()
        self._sim.weather(lost_percent=0, twice_percent=0, max_delay_s=0)
        self.deliver_notifications()
        self._say("Zoom's notifications are delivered")
        until = began + longest_s
        self._start_actions()
        self._wait_until_nothing_is_due(until)
        self._ask_to_compare()
        self._start_actions()
        self._wait_until_nothing_is_due(until)
        self.deliver_notifications()
        self._wait_until_nothing_is_due(until)
        return time.monotonic() - began

    def deliver_notifications(self):
        """Lets Zoom repeat what got no answer, until it gives up."""
        for seconds in _NOTIFICATION_RETRIES_S:
            self._sim.webhooks_settled(timeout_s=20)
            self._sim.advance_clock(seconds)
        self._sim.webhooks_settled(timeout_s=20)
        self._sim.clock(reset=True)  # Odoo has the real time

    def _ask_to_compare(self):
        """Presses "Compare all now" on the administrators' screen."""
        self._patiently("psynamica.zoom.reconciliation", "action_ask_all")

    def _start_actions(self):
        for name in ACTIONS:
            found = self._known(name)
            if found:
                self._patiently("ir.cron", "method_direct_trigger", found)

    def _known(self, name):
        module, _dot, rest = name.partition(".")
        rows = self._rows(
            "select res_id from ir_model_data where module = %s and name = %s",
            module,
            rest,
        )
        return [row[0] for row in rows]

    def _wait_until_nothing_is_due(self, until):
        while time.monotonic() < until:
            left = self._rows(LEFT)[0]
            if not any(left):
                return
            self._tell(left)
            self._try_again()
            if left[3]:
                self._start_mails()
            time.sleep(_LOOK_AGAIN_S)

    def _try_again(self):
        """Presses the button for what waits, now and then, as people would."""
        if time.monotonic() < self._next_try:
            return
        self._next_try = time.monotonic() + _TRY_AGAIN_EVERY_S
        if later := [row[0] for row in self._rows(_LATER)]:
            self._patiently("psynamica.zoom.meeting", "action_retry", later)

    def _tell(self, left):
        if left != self._told:
            self._told = left
            names = ("meetings", "notifications", "comparisons", "mails", "held mails")
            counts = zip(left, names, strict=True)
            self._say("Left: " + ", ".join(f"{n} {name}" for n, name in counts))

    def _start_mails(self):
        self._patiently("ir.cron", "method_direct_trigger", self._known(ACTIONS[-1]))

    def _patiently(self, model, method, *args):
        """Asks as administrator; what is refused this instant is asked again later."""
        try:
            self._admin.call(model, method, *args)
        except (NoAnswer, Refused):
            time.sleep(_LOOK_AGAIN_S)

    def _rows(self, statement, *parameters):
        return sql_runner.run(self._stack.driver_words(), statement, parameters)
