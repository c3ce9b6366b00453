# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What outsiders are told while the database does not answer.

Odoo then knows no addon's routes and says "not found".  Zoom takes that as final and
never repeats the notification (Zoom: webhooks page: repeated only after 5xx or
silence), and a client who presses Join takes the link for dead.  Both shall come again.
There is no hook for requests without a database, so Odoo's way of serving them is
wrapped, for our addresses only.
"""

from functools import wraps

from odoo.http import Request, Response

WAIT_S = 10
_PREFIXES = set()
_PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex"><title>…</title></head>
<body style="font: 1.1rem/1.5 sans-serif; margin: 15vh auto; max-width: 32rem; \
padding: 0 1rem">
<p>Just a moment, please. This page loads again by itself.</p>
<p lang="ru">Подождите, пожалуйста. Страница скоро обновится сама.</p>
</body></html>"""


def come_again_at(*prefixes: str) -> None:
    """Have requests below these addresses answered with 503 without a database.

    For `post_load` of a manifest.

    :param prefixes: beginnings of paths
    """
    _PREFIXES.update(prefixes)
    if not hasattr(Request._serve_nodb, "__wrapped__"):
        Request._serve_nodb = _wrapped(Request._serve_nodb)


def _wrapped(serve_nodb):
    @wraps(serve_nodb)
    def serve(request):
        if not request.httprequest.path.startswith(tuple(_PREFIXES)):
            return serve_nodb(request)
        return _come_again(request.httprequest.method)

    return serve


def _come_again(method):
    headers = {"Retry-After": str(WAIT_S), "Cache-Control": "no-store"}
    if method != "GET":
        return Response("", status=503, headers=headers)
    # A page that repeats itself by POST would send a form again.
    headers |= {
        "Refresh": str(WAIT_S),
        "Referrer-Policy": "no-referrer",
        "Content-Type": "text/html; charset=utf-8",
    }
    return Response(_PAGE, status=503, headers=headers)
