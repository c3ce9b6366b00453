# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the server's operator decides: where Zoom is, and the keys of the vault.

An environment variable wins over the section `[psynamica_zoom]` of odoo.conf.  Nothing
of it is in the database, so that a copied database neither opens secrets nor talks to
another Zoom.

    environment               odoo.conf   meaning                      default
    PSYNAMICA_ZOOM_OAUTH_URL  oauth_url   base of /oauth/token         Zoom
    PSYNAMICA_ZOOM_API_URL    api_url     base of the REST API         Zoom
    PSYNAMICA_ZOOM_WEB_URL    web_url     where people allow the app   oauth_url
    PSYNAMICA_ZOOM_CA_FILE    ca_file     authorities to trust         the usual ones
    PSYNAMICA_ZOOM_KEYS       keys        keys, the newest first       the key file
    PSYNAMICA_ZOOM_KEY_FILE   key_file    file with such keys          in the data dir
"""

from __future__ import annotations

import configparser
import os
import re
from functools import lru_cache

from odoo.tools import config

from .services import key_file
from .services.key_ring import KeyRing
from .services.token_vault import TokenVault
from .services.vault_error import VaultError
from .zoom_api.endpoint import ZoomEndpoint

SECTION = "psynamica_zoom"
KEY_FILE_NAME = "psynamica_zoom.key"


class ServerConfigError(Exception):
    """The operator has to change something; the message says what, and no secret."""


class NoKeysError(ServerConfigError):
    """No key is configured, and there is no key file."""


def endpoint(tls_minimum: str = "1.3") -> ZoomEndpoint:
    """Return where Zoom is.

    :param tls_minimum: "1.2" or "1.3"
    :raises ServerConfigError: an address cannot be used
    """
    names = ("oauth_url", "api_url", "web_url", "ca_file")
    given = {name: value for name in names if (value := _setting(name))}
    try:
        return ZoomEndpoint(**given, tls_minimum=tls_minimum)
    except ValueError as error:
        raise ServerConfigError(
            f"An address of Zoom in the server's configuration cannot be used: {error}."
        ) from None


def vault(*, may_create: bool = True) -> TokenVault:
    """Return the vault with the keys that are configured now.

    :param may_create: make a key file when no key is configured and there is no file
    :raises NoKeysError: there is none, and none may be made
    :raises ServerConfigError: the keys cannot be used
    """
    if keys := _setting("keys"):
        return _configured_vault(keys)
    path = _setting("key_file") or os.path.join(config["data_dir"], KEY_FILE_NAME)
    load = key_file.load_or_create if may_create else key_file.load
    try:
        # Made before it is looked at: a key file is remembered by its moment of change.
        changed_ns = _changed_ns(path) or (load(path) and _changed_ns(path))
        return _vault_of_file(path, changed_ns)
    except key_file.KeyFileMissing as error:
        raise NoKeysError(str(error)) from None
    except key_file.KeyFileError as error:
        raise ServerConfigError(str(error)) from None


@lru_cache(maxsize=1)
def _configured_vault(keys: str) -> TokenVault:
    texts = [text for text in re.split(r"[,\s]+", keys) if text]
    try:
        return TokenVault(KeyRing.from_strings(texts))
    except VaultError as error:
        raise ServerConfigError(
            f"The keys in the server's configuration cannot be used: {error}."
        ) from None


@lru_cache(maxsize=1)
def _vault_of_file(path: str, _changed_at_ns: int | None) -> TokenVault:
    return TokenVault(KeyRing.from_strings(key_file.load(path)))


def _changed_ns(path: str) -> int | None:
    """Return when the file or what is allowed with it changed; None without it."""
    try:
        return os.lstat(path).st_ctime_ns
    except OSError:
        return None


def _setting(name: str) -> str:
    """Return what the operator set, "" for nothing."""
    value = os.environ.get(f"PSYNAMICA_ZOOM_{name.upper()}")
    if value is None:
        path = config["config"] or ""
        value = _section(path, _changed_ns(path)).get(name, "")
    return value.strip()


@lru_cache(maxsize=1)
def _section(path: str, changed_at_ns: int | None) -> dict[str, str]:
    """Return our section; Odoo itself reads `[options]` only.

    :raises ServerConfigError: the file cannot be read
    """
    if changed_at_ns is None:
        return {}
    # Without interpolation, as Odoo reads it: a % in a path is just that.
    parser = configparser.RawConfigParser()
    try:
        parser.read(path, encoding="utf-8")
    except (OSError, UnicodeDecodeError, configparser.Error) as error:
        # Not the error's own words: they quote lines of the file.
        raise ServerConfigError(
            f"The configuration file {path} cannot be read: {type(error).__name__}."
        ) from None
    return dict(parser[SECTION]) if parser.has_section(SECTION) else {}
