# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from psynamica_zoom.zoom_api import answer


def test_the_repr_shows_no_body():
    told = answer.Answer("GET /x", 200, "T", {"access_token": "canary"})
    assert repr(told) == "<Answer GET /x: 200>"
