# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Having a scheduled action run as soon as what it works on is committed, for little.

Odoo's own `_trigger` reads the whole action, and after the commit the request waits
for a new connection to another database, over which the cron workers are woken.  Both
take longer than all else that a save or a notification of Zoom's does for us.
"""

import logging
import threading
import time

from odoo import api, fields, models
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

# Between two calls to the cron workers of a database by a process.
PAUSE_S = 0.1


class Waker:
    """Calls from a thread of its own: nobody waits, and many asking are one call.

    Who asks during a pause is called for at its end.  Should a process end before, the
    cron workers find the trigger when they look by themselves, within a minute.

    :param pause_s: between the end of a call and the next
    """

    def __init__(self, pause_s=PAUSE_S):
        self._pause_s = pause_s
        self._lock = threading.Lock()
        self._calls = {}  # what is to be called → whether somebody has asked since

    def ask(self, name, call):
        """Have `call` called soon, and not for each of many who ask at once."""
        with self._lock:
            is_at_work = name in self._calls
            self._calls[name] = is_at_work
        if not is_at_work:
            threading.Thread(target=self._work, args=(name, call)).start()

    def _work(self, name, call):
        is_asked = True
        while is_asked:
            try:
                call()
            except Exception:  # the database may just be restarting
                _logger.warning("zoom: the cron workers were not woken", exc_info=True)
            time.sleep(self._pause_s)
            with self._lock:
                is_asked = self._calls[name]
                self._calls[name] = False
                if not is_asked:
                    del self._calls[name]


_waker = Waker()


class IrCron(models.Model):
    _inherit = "ir.cron"

    @api.model
    def _zoom_wake(self, xmlid):
        """Have this action run when the transaction is committed, also if it runs now.

        :param xmlid: of an action of ours or core's
        """
        cron_id = self.env["ir.model.data"]._xmlid_to_res_id(
            xmlid, raise_if_not_found=True
        )
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO ir_cron_trigger
                    (cron_id, call_at, create_uid, create_date, write_uid, write_date)
                VALUES (%(cron)s, %(now)s, %(uid)s, %(now)s, %(uid)s, %(now)s)
                """,
                cron=cron_id,
                now=fields.Datetime.now(),
                uid=self.env.uid,
            )
        )
        notify = self.browse(cron_id)._notifydb
        self.env.cr.postcommit.add(lambda: _waker.ask(self.env.cr.dbname, notify))

    @api.model
    def _zoom_wake_mails(self):
        """Have the mail queue sent when the transaction is committed."""
        self._zoom_wake("mail.ir_cron_mail_scheduler_action")
