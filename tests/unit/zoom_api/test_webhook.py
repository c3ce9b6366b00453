# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from psynamica_zoom.zoom_api import webhook
from psynamica_zoom.zoom_api.webhook import WebhookRejected

SECRET = "test_secret_token"
NOW = 1749365726
BODY = (
    b'{"event":"app_deauthorized","event_ts":1749365726209,"payload":{"account_id":'
    b'"ACC","client_id":"CID","deauthorization_time":"2025-06-08T06:55:26.209Z",'
    b'"signature":"00ff","user_data_retention":null,"user_id":"UID"}}'
)
SIGNATURE = "v0=250b8b36d5eafd7acbf4cb81c04c9d6e05c60f202eca9e97d9c6a6b409a90115"
HEADERS = {"x-zm-request-timestamp": str(NOW), "x-zm-signature": SIGNATURE}


def signed(body, secret, timestamp):
    message = f"v0:{timestamp}:".encode() + body
    return {
        "x-zm-request-timestamp": str(timestamp),
        "x-zm-signature": "v0="
        + hmac.new(secret.encode(), message, hashlib.sha256).hexdigest(),
    }


def verify(body=BODY, headers=HEADERS, secrets=(SECRET,), now=NOW):
    return webhook.verify(body, headers, secrets, now=now)


def refusal(**values):
    with pytest.raises(WebhookRejected) as caught:
        verify(**values)
    return str(caught.value)


def test_takes_what_zoom_signed():
    assert verify() is None


def test_names_of_headers_may_be_in_any_case():
    verify(headers={name.title(): value for name, value in HEADERS.items()})
    verify(headers={name.upper(): value for name, value in HEADERS.items()})


def test_either_secret_will_do_during_a_rotation():
    verify(secrets=["another", SECRET])
    verify(secrets=[SECRET, "another"])


def test_an_unused_second_secret_does_no_harm():
    verify(secrets=["", SECRET])


@pytest.mark.parametrize("seconds", [-300, -1, 0, 0.5, 1, 300])
def test_clocks_may_differ_by_five_minutes(seconds):
    verify(now=NOW + seconds)


@pytest.mark.parametrize("secrets", [[], [""], ["  "], ["", "\t"]])
def test_refused_without_a_secret(secrets):
    headers = signed(BODY, secrets[0] if secrets else "", NOW)
    assert "no webhook secret" in refusal(headers=headers, secrets=secrets)


@pytest.mark.parametrize("seconds", [-301, 301, 300.5, 85 * 60])
def test_refused_when_stale_or_from_the_future(seconds):
    assert "too far" in refusal(now=NOW + seconds)


@pytest.mark.parametrize(
    "timestamp",
    [
        None,
        "",
        " ",
        f" {NOW}",
        f"{NOW}\n",
        f"+{NOW}",
        f"-{NOW}",
        f"{NOW}.0",
        "1_749_365_726",
        "١٧٤٩٣٦٥٧٢٦",
        "²",
        "abc",
        "9" * 5000,
        7,
    ],
    ids=repr,
)
def test_refused_with_a_missing_or_malformed_timestamp(timestamp):
    headers = signed(BODY, SECRET, timestamp) | {"x-zm-request-timestamp": timestamp}
    assert "timestamp is missing" in refusal(headers=headers)


def test_refused_with_a_timestamp_in_milliseconds():
    headers = signed(BODY, SECRET, NOW * 100)
    assert "too far" in refusal(headers=headers)


@pytest.mark.parametrize(
    "signature",
    [
        None,
        "",
        "v0=",
        SIGNATURE[3:],
        SIGNATURE.upper(),
        "v1" + SIGNATURE[2:],
        SIGNATURE + "0",
        SIGNATURE + "\n",
        SIGNATURE + "," + SIGNATURE,
        SIGNATURE[:-1],
        SIGNATURE[:-1] + "é",
        SIGNATURE[:-1] + "\udc80",
        b"v0=",
    ],
    ids=repr,
)
def test_refused_with_a_missing_or_malformed_signature(signature):
    headers = HEADERS | {"x-zm-signature": signature}
    assert "signature is missing" in refusal(headers=headers)


def test_refused_without_any_header():
    assert "timestamp" in refusal(headers={})
    assert "signature" in refusal(headers={"x-zm-request-timestamp": str(NOW)})


def test_refused_with_another_secret():
    assert "does not match" in refusal(headers=signed(BODY, "another", NOW))


def test_refused_with_a_changed_body():
    assert "does not match" in refusal(body=BODY + b" ")
    assert "does not match" in refusal(body=BODY.replace(b":", b": "))
    assert "does not match" in refusal(body=b"")


def test_refused_with_another_timestamp():
    headers = HEADERS | {"x-zm-request-timestamp": str(NOW + 1)}
    assert "does not match" in refusal(headers=headers)


def test_refused_with_one_letter_of_the_signature_changed():
    for position in range(3, len(SIGNATURE)):
        other = "0" if SIGNATURE[position] != "0" else "1"
        changed = SIGNATURE[:position] + other + SIGNATURE[position + 1 :]
        refusal(headers=HEADERS | {"x-zm-signature": changed})


@given(
    st.binary(),
    st.dictionaries(
        st.sampled_from([*HEADERS, "X-Zm-Signature", "x"]),
        st.text() | st.none() | st.integers() | st.from_regex(r"v0=[0-9a-f]{64}"),
    ),
    st.lists(st.text(), max_size=3),
)
def test_no_input_is_taken_or_makes_it_fail(body, headers, secrets):
    refusal(body=body, headers=headers, secrets=secrets)


@given(st.binary(), st.text(min_size=1).filter(str.strip), st.integers(0, 10**10))
def test_everything_properly_signed_is_taken(body, secret, now):
    verify(body=body, headers=signed(body, secret, now), secrets=[secret], now=now)


def test_the_challenge_is_answered_as_zoom_asks():
    assert webhook.challenge_answer("qgg8vlvZRS6UYooatFL8Aw", SECRET) == {
        "plainToken": "qgg8vlvZRS6UYooatFL8Aw",
        "encryptedToken": (
            "4efea922935c335d972476de138d2208a0d46ab28c79ee592d497a1b216419b8"
        ),
    }
