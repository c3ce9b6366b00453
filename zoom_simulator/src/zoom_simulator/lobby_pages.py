# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The lobby: what a browser sees behind a join link or a start link."""

from aiohttp import web

routes = web.RouteTableDef()
