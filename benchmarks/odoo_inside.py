# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Odoo's ORM in the benchmark's own process, over as many databases as needed.

For what a benchmark has to time or count more closely than over HTTP. Nothing is left
out: the same registry, the same cursors, real commits. No scheduled action runs here.
"""

import contextlib
import os
import sys
import threading

from devtools import cache, odoo_server


@contextlib.contextmanager
def opened(tools, **options):
    """Gives an :class:`OdooInside`; at most once a process.

    *options* are further settings for ``odoo.conf``.
    """
    # Odoo takes these before its configuration file.
    for name in [name for name in os.environ if name.startswith(("PG", "ODOO_"))]:
        del os.environ[name]
    path = cache.checkout_folder("conf") / f"bench-{os.getpid()}.conf"
    values = {"log_level": "error", "max_cron_threads": 0, **options}
    odoo_server.write_configuration(path, tools, **values)
    sys.path.extend(map(str, tools.packages))
    from odoo.tools import config

    config.parse_config(["-c", str(path)], setup_logging=True)
    try:
        yield OdooInside()
    finally:
        from odoo import sql_db

        sql_db.close_all()
        path.unlink(missing_ok=True)


class OdooInside:
    """Registries and transactions."""

    def registry(self, database):
        """The loaded registry of *database*."""
        from odoo.modules.registry import Registry

        threading.current_thread().dbname = database
        return Registry(database)

    @contextlib.contextmanager
    def transaction(self, database, uid=1, **context):
        """Gives an environment; what is done in it is committed at the end."""
        from odoo import api

        with self.registry(database).cursor() as cr:
            yield api.Environment(cr, uid, context)

    def queries(self):
        """How many statements this process has sent so far."""
        from odoo import sql_db

        return sql_db.sql_counter
