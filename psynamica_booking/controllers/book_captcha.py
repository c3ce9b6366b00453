# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A captcha on the booking form, when one of Odoo's own addons for it is set up.

`google_recaptcha` and `website_cf_turnstile` check the answer of the browser in
`ir.http._verify_request_recaptcha_token`; without them that method lets everybody pass.
"""

from __future__ import annotations

from odoo.api import Environment
from odoo.exceptions import UserError
from odoo.tools.misc import str2bool

ACTION = "psynamica_booking"
# Where the scripts and frames come from, by the vendors' own set-up guides.
SOURCES = {
    "recaptcha": (
        "https://www.recaptcha.net",
        "https://www.gstatic.com",
        "https://www.google.com",
    ),
    "turnstile": ("https://challenges.cloudflare.com",),
}


def captcha_keys(env: Environment) -> dict[str, str]:
    """Return kind of captcha → its public key, for those that are set up."""
    http = env["ir.http"].sudo()
    settings = env["ir.config_parameter"].sudo()
    keys = {}
    if hasattr(http, "_verify_recaptcha_token") and str2bool(
        settings.get_param("enable_recaptcha", "True"), True
    ):
        keys["recaptcha"] = settings.get_param("recaptcha_public_key")
    if hasattr(http, "_verify_turnstile_token"):
        keys["turnstile"] = settings.get_param("cf.turnstile_site_key")
    return {kind: key for kind, key in keys.items() if key}


def captcha_sources(keys: dict[str, str]) -> list[str]:
    """Return the sites that a page with these captchas loads from."""
    return [source for kind in keys for source in SOURCES[kind]]


def captcha_problem(env: Environment) -> str:
    """Return why the browser's answer is not believed, "" when it is.

    One sentence for whatever went wrong: whether the key is wrong or the vendor's
    server was not reached is the practice's business, and stands in the log.
    """
    try:
        env["ir.http"]._verify_request_recaptcha_token(ACTION)
    except UserError:
        return env._(
            "We could not make sure that this was sent by a person. Please send it once"
            " more. If it fails again, please contact the practice."
        )
    return ""
