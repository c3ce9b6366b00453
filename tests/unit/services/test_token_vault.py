# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from psynamica_zoom.services import token_vault
from psynamica_zoom.services.token_vault import (
    KeyRing,
    TokenVault,
    VaultError,
    sealed_key_id,
)

OLD, NEW = (base64.b64encode(bytes([n]) * 64).decode() for n in (1, 2))
CONTEXT = "psynamica.zoom.connection/7/refresh"
PLAINTEXT = "canary-refresh-token-3f81d0"
VAULT = TokenVault(KeyRing.from_strings([OLD]))


def refusal(sealed, context=CONTEXT, vault=VAULT):
    with pytest.raises(VaultError) as caught:
        vault.open(sealed, context=context)
    error = caught.value
    assert error.__cause__ is None
    assert error.__context__ is None or error.__suppress_context__
    return str(error)


MESSAGE = refusal("")


def test_opens_what_it_sealed():
    sealed = VAULT.seal(PLAINTEXT, context=CONTEXT)
    assert VAULT.open(sealed, context=CONTEXT) == PLAINTEXT


def test_the_sealed_form_is_the_documented_one():
    raw = base64.urlsafe_b64decode(VAULT.seal("x" * 16, context=CONTEXT))
    assert raw[0] == 1
    assert raw[1:5].hex() == KeyRing.from_strings([OLD]).ids[0]
    assert len(raw) == 1 + 4 + 16 + 32 + 32


def test_the_sealed_form_shows_nothing_and_is_never_the_same():
    forms = {VAULT.seal(PLAINTEXT, context=CONTEXT) for _ in range(20)}
    assert len(forms) == 20
    for form in forms:
        assert b"canary" not in base64.urlsafe_b64decode(form)


@given(st.text(), st.text())
def test_every_text_comes_back(plaintext, context):
    sealed = VAULT.seal(plaintext, context=context)
    assert sealed.isascii()
    assert VAULT.open(sealed, context=context) == plaintext


@pytest.mark.parametrize("bit", range(8))
def test_a_flipped_bit_in_any_byte_does_not_open(bit):
    raw = bytearray(base64.urlsafe_b64decode(VAULT.seal(PLAINTEXT, context=CONTEXT)))
    for position in range(len(raw)):
        raw[position] ^= 1 << bit
        assert refusal(base64.urlsafe_b64encode(raw).decode()) == MESSAGE
        raw[position] ^= 1 << bit


@pytest.mark.parametrize("length", range(15, 19))
def test_another_letter_in_any_place_does_not_open(length):
    sealed = VAULT.seal("x" * length, context=CONTEXT)  # with each kind of padding
    for position, letter in enumerate(sealed):
        for other in ("B" if letter == "A" else "A", "=", "\n", "é"):
            changed = sealed[:position] + other + sealed[position + 1 :]
            if changed != sealed:
                assert refusal(changed) == MESSAGE


def test_a_truncated_form_does_not_open():
    sealed = VAULT.seal(PLAINTEXT, context=CONTEXT)
    raw = base64.urlsafe_b64decode(sealed)
    for length in range(len(raw)):
        for part in (raw[:length], raw[-length:] if length else b""):
            assert refusal(base64.urlsafe_b64encode(part).decode()) == MESSAGE
    for length in range(len(sealed)):
        assert refusal(sealed[:length]) == MESSAGE


def test_nothing_may_be_added():
    sealed = VAULT.seal(PLAINTEXT, context=CONTEXT)
    for added in (" ", "\n", "=", "A", "AAAA", "!"):
        assert refusal(sealed + added) == MESSAGE
        assert refusal(added + sealed) == MESSAGE


@pytest.mark.parametrize(
    "context", ["psynamica.zoom.connection/8/refresh", "", CONTEXT + "x", CONTEXT[:-1]]
)
def test_another_row_or_column_does_not_open(context):
    sealed = VAULT.seal(PLAINTEXT, context=CONTEXT)
    assert refusal(sealed, context=context) == MESSAGE


def ring_whose_id_is_text():
    while True:
        ring = KeyRing.from_strings([KeyRing.generate()])
        if ring.newest.id.isascii():
            return ring


def test_bytes_cannot_move_between_context_and_body():
    ring = ring_whose_id_is_text()
    vault, key_id = TokenVault(ring), ring.newest.id.decode()
    head = f"\x01{key_id}".ljust(32, "A")  # reads as the beginning of a sealed form
    raw = base64.urlsafe_b64decode(vault.seal(PLAINTEXT, context="row" + head))
    moved = base64.urlsafe_b64encode(head.encode() + raw).decode()
    assert refusal(moved, context="row", vault=vault) == MESSAGE


def test_a_form_of_another_version_does_not_open(monkeypatch):
    monkeypatch.setattr(token_vault, "_VERSION", b"\x02")
    sealed = VAULT.seal(PLAINTEXT, context=CONTEXT)
    assert VAULT.open(sealed, context=CONTEXT) == PLAINTEXT
    monkeypatch.undo()
    assert refusal(sealed) == MESSAGE
    assert not VAULT.is_current(sealed)


def test_a_form_that_is_too_short_is_not_current():
    raw = base64.urlsafe_b64decode(VAULT.seal("", context=CONTEXT))
    assert VAULT.is_current(base64.urlsafe_b64encode(raw).decode())
    assert not VAULT.is_current(base64.urlsafe_b64encode(raw[:-1]).decode())


def test_another_key_does_not_open():
    other = TokenVault(KeyRing.from_strings([NEW]))
    sealed = VAULT.seal(PLAINTEXT, context=CONTEXT)
    assert refusal(sealed, vault=other) == MESSAGE


def test_another_mac_key_under_the_same_id_does_not_open():
    ring = KeyRing.from_strings([OLD])
    key = ring.newest
    forged = type(key)(key.id, key.cipher_key, bytes(32))
    sealed = VAULT.seal(PLAINTEXT, context=CONTEXT)
    assert refusal(sealed, vault=TokenVault(KeyRing([forged]))) == MESSAGE


@given(st.text() | st.binary().map(lambda raw: base64.urlsafe_b64encode(raw).decode()))
def test_nothing_else_opens_and_the_error_is_always_the_same(text):
    assert refusal(text) == MESSAGE
    assert VAULT.is_current(text) is False


@pytest.mark.parametrize("value", [None, False, 7, b"AAAA"])
def test_what_is_no_text_does_not_open(value):
    assert refusal(value) == MESSAGE
    assert VAULT.is_current(value) is False


def test_a_ring_opens_old_secrets_and_seals_with_the_new_key():
    old = VAULT.seal(PLAINTEXT, context=CONTEXT)
    rotated = TokenVault(KeyRing.from_strings([NEW, OLD]))
    assert rotated.open(old, context=CONTEXT) == PLAINTEXT
    assert not rotated.is_current(old)
    new = rotated.seal(PLAINTEXT, context=CONTEXT)
    assert rotated.is_current(new)
    assert not VAULT.is_current(new)
    assert refusal(new) == MESSAGE


def test_a_key_taken_away_no_longer_opens():
    old = VAULT.seal(PLAINTEXT, context=CONTEXT)
    assert refusal(old, vault=TokenVault(KeyRing.from_strings([NEW]))) == MESSAGE


def test_no_key_in_the_repr():
    ring = KeyRing.from_strings([NEW, OLD])
    assert repr(ring) == f"<KeyRing {ring.ids[0]}, {ring.ids[1]}>"
    for shown in (repr(ring), repr(ring.newest), repr(VAULT)):
        assert NEW[:8] not in shown
        assert "\\x02" not in shown


def test_a_new_key_is_64_random_bytes():
    keys = {KeyRing.generate() for _ in range(20)}
    assert len(keys) == 20
    assert all(len(base64.b64decode(key)) == 64 for key in keys)
    assert len(KeyRing.from_strings(keys).ids) == 20


@pytest.mark.parametrize(
    "texts",
    [
        [],
        [""],
        ["canary"],
        ["é"],
        [None],
        [OLD[:-4]],
        [OLD + "AAAA"],
        [OLD + "\n"],
        [OLD, OLD],
        [OLD, "canary"],
    ],
    ids=repr,
)
def test_a_ring_that_is_none_is_refused_without_quoting_it(texts):
    with pytest.raises(VaultError) as caught:
        KeyRing.from_strings(texts)
    assert "canary" not in str(caught.value)
    assert OLD[:10] not in str(caught.value)


def test_a_seal_names_its_key():
    ring = KeyRing.from_strings([KeyRing.generate(), KeyRing.generate()])
    vault = TokenVault(ring)
    sealed = vault.seal("secret", context="c")
    assert sealed_key_id(sealed) == sealed_key_id(sealed[:8]) == ring.ids[0]
    assert vault.key_ids == ring.ids


@pytest.mark.parametrize("text", ["", "x", "A" * 8, "é" * 8, "    ", "AQ==", "\0" * 8])
def test_what_is_no_seal_names_no_key(text):
    assert sealed_key_id(text) == ""
