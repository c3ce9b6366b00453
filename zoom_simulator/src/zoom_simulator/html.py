# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Small pieces of HTML; everything that comes from outside is escaped."""

from functools import cache
from html import escape
from importlib import resources

from aiohttp import web


@cache
def _style() -> str:
    return resources.files(__package__).joinpath("page.css").read_text("utf-8")


def page(title: str, *parts: str, status: int = 200) -> web.Response:
    """Return a whole page; `parts` are HTML, `title` is text."""
    name = escape(title)
    text = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<link rel="icon" href="data:,">'
        f"<title>{name}</title><style>{_style()}</style></head><body>"
        '<header><a href="/">Zoom simulator</a>'
        '<a href="/meetings">Meetings</a><a href="/installed">Installed apps</a>'
        f"</header><main><h1>{name}</h1>{''.join(parts)}</main></body></html>"
    )
    headers = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
    return web.Response(
        # A topic may hold a lone surrogate, which has no UTF-8.
        body=text.encode(errors="replace"),
        status=status,
        content_type="text/html",
        charset="utf-8",
        headers=headers,
    )


def card(*parts: str) -> str:
    """Return a box around HTML."""
    return f'<section class="card">{"".join(parts)}</section>'


def paragraph(text: str, css: str = "") -> str:
    """Return a paragraph of text."""
    return f'<p class="{css}">{escape(text)}</p>' if css else f"<p>{escape(text)}</p>"


def link(url: str, text: str) -> str:
    """Return a link."""
    return f'<a href="{escape(url)}">{escape(text)}</a>'


def hidden(**values: str) -> str:
    """Return hidden fields of a form."""
    return "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
        for name, value in values.items()
    )


def button(text: str, css: str = "", **attributes: str) -> str:
    """Return a submit button."""
    more = "".join(f' {name}="{escape(v)}"' for name, v in attributes.items())
    return f'<button class="{css}"{more}>{escape(text)}</button>'


def form(action: str, *parts: str) -> str:
    """Return a form that posts."""
    return f'<form method="post" action="{escape(action)}">{"".join(parts)}</form>'


def text_field(name: str, label: str, value: str, *, kind: str = "text", css="grow"):
    """Return a labelled field."""
    return (
        f'<label class="{css}">{escape(label)}<input type="{kind}" '
        f'name="{escape(name)}" value="{escape(value)}"></label>'
    )


def choice(kind: str, name: str, value: str, text: str, *, checked: bool = False):
    """Return a radio button or a check box with its text."""
    mark = " checked" if checked else ""
    return (
        f'<label class="line"><input type="{kind}" name="{escape(name)}" '
        f'value="{escape(value)}"{mark}> <span>{escape(text)}</span></label>'
    )


def facts(**values: str) -> str:
    """Return a list of names and values; `_` in a name is shown as a space."""
    rows = "".join(
        f"<dt>{escape(name.replace('_', ' '))}</dt>"
        f'<dd data-fact="{escape(name.lower())}">{escape(value)}</dd>'
        for name, value in values.items()
    )
    return f"<dl>{rows}</dl>"
