# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import pytest
from hypothesis import given
from hypothesis import strategies as st

from psynamica_zoom.zoom_api.endpoint import ZoomEndpoint

ZOOM = ZoomEndpoint()
SIMULATOR = ZoomEndpoint(
    oauth_url="https://127.0.0.1:9443",
    api_url="https://127.0.0.1:9443/v2/",
    web_url="http://localhost:9080",
)


def test_is_zoom_with_tls_1_3_by_default():
    assert ZOOM.oauth_url == "https://zoom.us"
    assert ZOOM.api_url == "https://api.zoom.us/v2"
    assert ZOOM.tls_minimum == "1.3"


def test_drops_a_slash_at_the_end():
    assert SIMULATOR.api_url == "https://127.0.0.1:9443/v2"


@pytest.mark.parametrize(
    "values",
    [
        {"oauth_url": "http://zoom.us"},
        {"api_url": "http://127.0.0.1/v2"},
        {"oauth_url": "zoom.us"},
        {"oauth_url": "ftp://zoom.us"},
        {"oauth_url": "https://"},
        {"oauth_url": ""},
        {"oauth_url": None},
        {"oauth_url": "https://user:secret@zoom.us"},
        {"oauth_url": "https://zoom.us?a=1"},
        {"oauth_url": "https://zoom.us#a"},
        {"oauth_url": "https://zoom.us:99999"},
        {"oauth_url": "https://zoom.us:0"},
        {"oauth_url": "https://[::1"},
        {"oauth_url": "https://zoom.us\r\n"},
        {"oauth_url": "https://zoom.us /"},
        {"oauth_url": "https://zоom.us"},
        {"web_url": "http://zoom.us"},
        {"web_url": "http://10.0.0.1"},
        {"web_url": ""},
        {"oauth_url": "https://zoom.example"},
        {"oauth_url": "https://zoom.us.example"},
        {"oauth_url": "https://10.0.0.1"},
        {"oauth_url": "https://169.254.169.254"},
        {"oauth_url": "https://zoom.us:8443"},
        {"oauth_url": "https://127.0.0.1.example"},
        {"api_url": "https://api.zoom.example/v2"},
        {"api_url": "https://evilzoom.us/v2"},
        {"web_url": "https://zoom.example"},
        {"tls_minimum": "1.1"},
        {"tls_minimum": ""},
    ],
    ids=str,
)
def test_refuses_what_it_cannot_use(values):
    with pytest.raises(ValueError, match="tls_minimum|_url"):
        ZoomEndpoint(**values)


@pytest.mark.parametrize(
    "web_url", ["http://localhost:1", "http://127.8.0.1", "http://[::1]:8"]
)
def test_a_browser_on_this_machine_may_use_plain_http(web_url):
    assert ZoomEndpoint(web_url=web_url).web_url == web_url


@pytest.mark.parametrize(
    "url",
    [
        "https://zoom.us/j/1?pwd=a",
        "https://us05web.zoom.us/j/88330591739?pwd=x.1",
        "https://US05WEB.ZOOM.US/j/1",
        "https://practice.zoom.us:443/j/1",
    ],
)
def test_browsers_may_go_to_zoom(url):
    assert ZOOM.allows_browser_url(url)
    assert SIMULATOR.allows_browser_url(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://zoom.us/j/1",
        "https://zoom.us.example/j/1",
        "https://evilzoom.us/j/1",
        "https://example/zoom.us",
        "https://zoom.us@example/j/1",
        "https://example\\.zoom.us/j/1",
        "https://zoom.us:8443/j/1",
        "https://zoom.us/j/1\r\nX: 1",
        "https://zoom.us/ j",
        "https://zoom.us/<b>",
        'https://zoom.us/"',
        "//zoom.us/j/1",
        "javascript:alert(1)",
        "https:zoom.us",
        "https://127.0.0.1:9443/j/1",
        "https://zоom.us/j/1",
        "",
        None,
        7,
    ],
    ids=repr,
)
def test_browsers_may_not_go_elsewhere(url):
    assert not ZOOM.allows_browser_url(url)


@pytest.mark.parametrize(
    "url", ["https://127.0.0.1:9443/j/1", "http://localhost:9080/j/1"]
)
def test_browsers_may_go_to_a_configured_simulator(url):
    assert SIMULATOR.allows_browser_url(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:9443/j/1",
        "https://127.0.0.1:9444/j/1",
        "https://localhost:9443/j/1",
        "https://localhost:9080/j/1",
    ],
)
def test_the_origin_of_a_simulator_must_be_the_same(url):
    assert not SIMULATOR.allows_browser_url(url)


def test_a_zoom_endpoint_allows_no_plain_zoom():
    assert not ZOOM.allows_browser_url("http://zoom.us:80/j/1")


def test_calls_with_a_token_go_to_zoom_or_the_configured_addresses_over_tls():
    assert ZOOM.allows_api_url("https://api-eu.zoom.us")
    assert SIMULATOR.allows_api_url("https://127.0.0.1:9443/v2")
    for url in (
        "http://api.zoom.us",
        "https://example/zoom.us",
        "http://localhost:9080",
        None,
    ):
        assert not SIMULATOR.allows_api_url(url)


@given(st.one_of(st.text(), st.text().map("https://zoom.us".__add__), st.integers()))
def test_no_text_is_more_than_allowed_or_not(text):
    assert ZOOM.allows_browser_url(text) in (True, False)
    assert ZOOM.allows_api_url(text) in (True, False)
