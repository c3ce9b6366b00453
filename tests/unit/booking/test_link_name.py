# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Names in links, and sites that may embed: nothing but plain characters."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from psynamica_booking.services.embed_hosts import embed_hosts
from psynamica_booking.services.link_name import link_name


@pytest.mark.parametrize(
    ("name", "link"),
    [
        ("First consultation", "first-consultation"),
        ("Консультация", "konsultatsiya"),
        ("Щербакова Елена-Ольга", "shcherbakova-elena-olga"),
        ("Café für Größen", "cafe-fur-grossen"),
        ("Łukasz Øre", "lukasz-ore"),
        ("  a -- b!  ", "a-b"),
        ("山田", ""),
        ("", ""),
    ],
)
def test_names(name, link):
    assert link_name(name) == link


@given(st.text())
def test_any_name_is_a_link_or_nothing(text):
    name = link_name(text)
    assert len(name) <= 60
    assert not name or re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name)


def test_sites_are_origins_once_each():
    told = (
        "https://Practice.example/, https://*.clinic.test:8443 https://practice.example"
    )
    assert embed_hosts(told) == [
        "https://practice.example",
        "https://*.clinic.test:8443",
    ]
    assert embed_hosts("http://localhost:8069") == ["http://localhost:8069"]
    assert embed_hosts(None) == embed_hosts("  ") == []


@pytest.mark.parametrize(
    "site",
    [
        "*",
        "https://*",
        "practice.example",
        "http://practice.example",
        "https://practice.example/path",
        "https://practice.example;script-src",
        "https://user@practice.example",
        "javascript:alert(1)",
        "'self'",
        "data:",
        "https://-a.test",
    ],
)
def test_no_site(site):
    with pytest.raises(ValueError, match=re.escape(site)):
        embed_hosts(f"https://practice.example {site}")
