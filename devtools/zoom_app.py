# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The made-up Zoom app that the simulator and the demo databases share."""

import hashlib
import json
import secrets

from devtools import cache

# Read by `odoo shell`; the values are put in as Python literals.
_SCRIPT = """
env["psynamica.zoom.app"]._get()._set_credentials(
    client_id={client_id!r},
    client_secret={client_secret!r},
    webhook_secret={webhook_secret!r},
)
env.cr.commit()
"""


def credentials():
    """``client_id``, ``client_secret`` and ``webhook_secret``: random, made once."""
    path = cache.checkout_folder() / "zoom_app.json"
    if not path.exists():
        names = ("client_id", "client_secret", "webhook_secret")
        content = {name: secrets.token_urlsafe(24) for name in names}
        cache.write_atomically(path, json.dumps(content))
    return json.loads(path.read_text(encoding="utf-8"))


def digest():
    """Changes when the credentials do; tells nothing about them."""
    content = json.dumps(credentials(), sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()[:12]


def script():
    """What ``odoo shell`` runs to store the credentials in a database."""
    return _SCRIPT.format(**credentials())
