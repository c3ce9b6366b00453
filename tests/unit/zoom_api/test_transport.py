# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
import os
import socket
import ssl
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone

import pytest

from psynamica_zoom.zoom_api import errors
from psynamica_zoom.zoom_api import transport as transport_module
from psynamica_zoom.zoom_api.transport import (
    MAX_ANSWER_BYTES,
    TIMEOUT_S,
    ZoomEndpoint,
    ZoomTransport,
    shared_transport,
)

TOKEN = "canary-access-token-5d1f0b7c"
NOWHERE = "https://127.0.0.1:9"  # nothing listens on the port of `discard`


def ask(transport, method="GET", route="/users/me", **options):
    return transport.api(method, route, token=TOKEN, **options)


def failure(transport, **options):
    with pytest.raises(errors.ZoomError) as caught:
        ask(transport, **options)
    return caught.value


def test_sends_the_token_in_a_header_and_returns_the_object(zoom, transport):
    zoom.reply(200, {"id": "U"})
    assert ask(transport, params={"type": "x y"}) == {"id": "U"}
    (request,) = zoom.received
    assert (request.method, request.path) == ("GET", "/v2/users/me?type=x+y")
    assert request.headers["authorization"] == f"Bearer {TOKEN}"


def test_sends_json(zoom, transport):
    zoom.reply(201, {"id": 1})
    ask(transport, method="POST", json={"topic": "ж"})
    (request,) = zoom.received
    assert request.json == {"topic": "ж"}
    assert request.headers["content-type"] == "application/json"


def test_returns_an_empty_object_for_no_content(zoom, transport):
    zoom.reply(204)
    assert ask(transport, method="DELETE") == {}


def test_ids_cannot_leave_their_place_in_the_path(zoom, transport):
    zoom.reply(200, {})
    ask(transport, route="/meetings/%s", ids=["../users?a=/#"])
    assert zoom.received[0].path == "/v2/meetings/..%2Fusers%3Fa%3D%2F%23"


def test_oauth_signs_with_the_apps_secret_and_sends_a_form(zoom, transport):
    zoom.reply(200, {"ok": True})
    answer = transport.oauth(
        "/oauth/token", client_id="id", client_secret="sé", form={"code": "a b&c"}
    )
    assert answer == {"ok": True}
    (request,) = zoom.received
    assert (request.method, request.path) == ("POST", "/oauth/token")
    assert request.headers["authorization"] == "Basic aWQ6c8Op"
    assert request.headers["content-type"] == "application/x-www-form-urlencoded"
    assert request.body == b"code=a+b%26c"


def test_keeps_one_connection_for_many_requests(zoom, transport):
    for _ in range(3):
        zoom.reply(200, {})
        ask(transport)
    assert zoom.connections == 1


def test_keeps_no_cookies(zoom, transport):
    zoom.reply(200, {}, set_cookie="session=canary; Path=/")
    zoom.reply(200, {})
    ask(transport)
    ask(transport)
    assert "cookie" not in zoom.received[1].headers


def test_takes_no_proxy_and_no_password_from_the_surroundings(
    zoom, transport, monkeypatch, tmp_path
):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login canary password canary\n")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HTTPS_PROXY", "https://127.0.0.1:1")
    zoom.reply(200, {})
    assert ask(transport) == {}
    assert zoom.received[0].headers["authorization"] == f"Bearer {TOKEN}"


def test_many_threads_can_share_it(zoom, transport):
    for _ in range(20):
        zoom.reply(200, {"ok": True})
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _n: ask(transport), range(20)))
    assert answers == [{"ok": True}] * 20


def test_does_not_follow_redirects(zoom, transport, server):
    zoom.reply(307, location=server.url + "/elsewhere")
    error = failure(transport)
    assert isinstance(error, errors.ZoomBadAnswer)
    assert error.status == 307
    assert len(zoom.received) == 1


def test_a_redirect_is_not_read_beyond_the_limit(zoom, transport):
    zoom.flood(b"HTTP/1.1 307 No\r\nlocation: /\r\n\r\n", MAX_ANSWER_BYTES + 2**16)
    assert failure(transport).status == 307


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"[1]",
        b'"text"',
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"id": ' + b"9" * 5000 + b"}",
    ],
    ids=["empty", "html", "list", "text", "binary", "deep", "long number"],
)
def test_a_success_that_is_no_object_is_ambiguous(zoom, transport, body):
    zoom.reply(200, body)
    error = failure(transport)
    assert isinstance(error, errors.ZoomBadAnswer)
    assert error.ambiguous
    assert error.retryable
    assert error.tracking_id == "WEB_7f3a9c"


def test_refuses_an_answer_that_is_too_long(zoom, transport):
    zoom.reply(200, b'{"a": "' + b"x" * MAX_ANSWER_BYTES + b'"}')
    error = failure(transport)
    assert isinstance(error, errors.ZoomBadAnswer)
    assert error.ambiguous


def test_the_status_counts_even_when_the_body_is_too_long(zoom, transport):
    zoom.reply(401, b"x" * (MAX_ANSWER_BYTES + 1))
    assert isinstance(failure(transport), errors.ZoomTokenExpired)


def test_takes_an_answer_of_exactly_the_limit(zoom, transport):
    zoom.reply(200, b'{"a": "' + b"x" * (MAX_ANSWER_BYTES - 9) + b'"}')
    assert len(ask(transport)["a"]) == MAX_ANSWER_BYTES - 9


def test_an_xml_error_body_does_not_hide_the_status(zoom, transport):
    zoom.reply(400, b"<?xml version='1.0'?><result><code>300</code></result>")
    error = failure(transport)
    assert isinstance(error, errors.ZoomRejected)
    assert (error.status, error.code) == (400, None)


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_server_errors_are_ambiguous(zoom, transport, status):
    zoom.reply(status, b"<html>oops</html>")
    error = failure(transport)
    assert type(error) is errors.ZoomServerError
    assert error.ambiguous
    assert error.retryable


def test_the_clock_for_try_again_is_ours(zoom, server, connect):
    zoom.reply(429, {"code": 429, "message": "Too many"}, retry_after="30")
    now = datetime(2026, 11, 20, 12, 0, tzinfo=timezone.utc)
    error = failure(connect(server.url, now=lambda: now))
    assert error.retry_at == datetime(2026, 11, 20, 12, 0, 30, tzinfo=timezone.utc)


# --- no answer ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"HTTP/1.1 2",
        b"nonsense\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\n{",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 200 + b"\r\n",
    ],
    ids=["nothing", "cut", "garbage", "cut body", "bad chunk", "many headers"],
)
def test_a_cut_after_sending_is_ambiguous(zoom, transport, content):
    zoom.raw(content)
    error = failure(transport)
    assert isinstance(error, errors.ZoomUnreachable)
    assert error.ambiguous
    assert error.retryable
    assert len(zoom.received) == 1


def test_a_slow_answer_is_given_up_and_ambiguous(zoom, server, connect):
    zoom.hang()
    error = failure(connect(server.url, timeout_s=0.05))
    assert isinstance(error, errors.ZoomUnreachable)
    assert error.ambiguous


def test_an_answer_in_drops_is_given_up(zoom, server, connect):
    zoom.reply(200, b"{}")
    ticks = iter([0.0, 1000.0, 1000.0])
    error = failure(connect(server.url, clock=lambda: next(ticks)))
    assert isinstance(error, errors.ZoomUnreachable)
    assert error.ambiguous


def test_a_refused_connection_has_sent_nothing(connect):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    error = failure(connect(f"https://127.0.0.1:{port}"))
    assert isinstance(error, errors.ZoomUnreachable)
    assert not error.ambiguous
    assert error.retryable


def test_an_unknown_name_has_sent_nothing(connect, monkeypatch):
    def no_such_name(*_asked, **_options):
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    monkeypatch.setattr(socket, "getaddrinfo", no_such_name)
    error = failure(connect("https://api.zoom.us"))
    assert isinstance(error, errors.ZoomUnreachable)
    assert not error.ambiguous


def test_a_handshake_without_answer_has_sent_nothing(connect):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        error = failure(connect(f"https://127.0.0.1:{port}", timeout_s=0.05))
    assert isinstance(error, errors.ZoomUnreachable)
    assert not error.ambiguous


def test_a_cut_on_a_kept_connection_is_ambiguous(zoom, transport):
    zoom.reply(200, {})
    zoom.raw(b"")
    ask(transport)
    assert failure(transport).ambiguous


def test_what_was_sent_before_does_not_make_the_next_failure_ambiguous(
    zoom, transport, connect
):
    zoom.raw(b"")
    assert failure(transport).ambiguous
    assert not failure(connect(NOWHERE)).ambiguous


# --- TLS ---------------------------------------------------------------------------


def test_a_certificate_for_another_name_is_refused(tls_server, connect):
    server = tls_server("other.example")
    error = failure(connect(server.url))
    assert isinstance(error, errors.ZoomUnreachable)
    assert not error.ambiguous
    assert not server.script.received


def test_a_certificate_of_an_unknown_authority_is_refused(server, connect):
    error = failure(connect(server.url, ca_file=None))
    assert isinstance(error, errors.ZoomUnreachable)
    assert not error.ambiguous
    assert not server.script.received


def test_a_configured_authority_replaces_the_usual_ones(transport):
    context = transport._session.get_adapter("https://x")._context
    assert len(context.get_ca_certs()) == 1


def test_the_usual_authorities_are_trusted_without_one(server, connect):
    other = connect(server.url, ca_file=None)
    assert len(other._session.get_adapter("https://x")._context.get_ca_certs()) > 20


def test_tls_1_2_is_refused_unless_it_is_allowed(tls_server, connect):
    server = tls_server(newest=ssl.TLSVersion.TLSv1_2)
    error = failure(connect(server.url))
    assert isinstance(error, errors.ZoomUnreachable)
    assert not error.ambiguous
    assert not server.script.received
    server.script.reply(200, {"ok": True})
    assert ask(connect(server.url, tls_minimum="1.2")) == {"ok": True}


def test_plain_http_is_never_spoken(transport):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        object.__setattr__(transport.endpoint, "api_url", url)
        assert not failure(transport).ambiguous
        with pytest.raises(BlockingIOError):
            listener.accept()


def test_an_unreadable_file_of_authorities_is_a_failure_of_the_connection(tmp_path):
    for name, content in (("missing", None), ("empty", b""), ("bad", b"nonsense")):
        path = tmp_path / name
        if content is not None:
            path.write_bytes(content)
        with pytest.raises(errors.ZoomUnreachable) as caught:
            ZoomTransport(ZoomEndpoint(ca_file=str(path)))
        assert not caught.value.ambiguous


# --- what is kept, what is said ----------------------------------------------------


def test_the_timeout_is_one_number_that_odoos_tests_can_compare():
    assert isinstance(TIMEOUT_S, float)
    assert TIMEOUT_S >= 10


def test_logs_method_route_status_and_tracking_id_only(zoom, transport, caplog):
    zoom.reply(404, {"code": 3001, "message": "canary-message"})
    with caplog.at_level(logging.INFO, logger="psynamica_zoom"):
        failure(transport, route="/meetings/%s", ids=["88330591739"])
    (record,) = caplog.records
    assert record.levelname == "INFO"
    text = record.getMessage()
    assert text.startswith("zoom GET /meetings/%s -> 404 in ")
    assert text.endswith(" ms, tracking id WEB_7f3a9c")


def test_logs_the_kind_of_failure_without_an_answer(connect, caplog):
    with caplog.at_level(logging.INFO, logger="psynamica_zoom"):
        failure(connect(NOWHERE))
    (record,) = caplog.records
    assert record.getMessage().startswith("zoom GET /users/me -> ConnectionError in ")


def test_no_secret_in_logs_errors_or_their_causes(zoom, transport, caplog):
    caplog.set_level(logging.DEBUG)
    secret = "canary-client-secret-90af"
    for step in (lambda: zoom.raw(b""), lambda: zoom.reply(400, b"canary-body-11")):
        step()
        with pytest.raises(errors.ZoomError) as caught:
            transport.oauth(
                "/oauth/token",
                client_id="id",
                client_secret=secret,
                form={"code": "canary-code-77"},
            )
        error = caught.value
        assert error.__cause__ is None
        assert error.__context__ is None
        assert "canary" not in f"{error!r} {error} {vars(error)}"
    step = zoom.raw(b"")
    assert "canary" not in f"{failure(transport)!r}"
    assert "canary" not in caplog.text


def test_a_tracking_id_that_could_break_a_log_line_is_dropped(zoom, transport):
    zoom.raw(b"HTTP/1.1 500 No\r\nx-zm-trackingid: a b\r\n\r\n")
    assert failure(transport).tracking_id is None


def test_one_transport_for_each_endpoint_and_process(ca_file, monkeypatch):
    endpoint = ZoomEndpoint(ca_file=ca_file)
    first = shared_transport(endpoint)
    assert shared_transport(ZoomEndpoint(ca_file=ca_file)) is first
    assert shared_transport(ZoomEndpoint()) is not first
    monkeypatch.setattr(transport_module.os, "getpid", lambda: os.getppid())
    assert shared_transport(endpoint) is not first


def test_a_replaced_file_of_authorities_is_read_again(authority, tmp_path):
    path = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(path)
    endpoint = ZoomEndpoint(ca_file=str(path))
    first = shared_transport(endpoint)
    os.utime(path, ns=(1, 1))
    assert shared_transport(endpoint) is not first


def test_a_missing_file_of_authorities_is_told_each_time(tmp_path):
    endpoint = ZoomEndpoint(ca_file=str(tmp_path / "missing"))
    for _ in range(2):
        with pytest.raises(errors.ZoomUnreachable):
            shared_transport(endpoint)
