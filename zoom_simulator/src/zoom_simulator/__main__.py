# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""`python -m zoom_simulator`: a simulator as a process of its own."""

import argparse
import asyncio
import signal
from pathlib import Path

from .server import Server
from .world import Config


def main() -> None:
    """Run until interrupted."""
    parser = _parser()
    arguments = parser.parse_args()
    try:
        asyncio.run(_serve(_config(arguments), demo=arguments.demo))
    except OSError as error:
        parser.exit(1, f"zoom_simulator: {error}\n")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="zoom_simulator", description="A Zoom in memory, behind real HTTPS."
    )
    add = parser.add_argument
    defaults = Config()
    add("--host", default=defaults.host, help="address to listen on")
    add("--https-port", type=int, default=0, help="0 = a free one")
    add("--http-port", type=int, default=0, help="pages without TLS; 0 = a free one")
    add("--no-http", action="store_true", help="do not listen without TLS")
    add("--ca-out", type=Path, help="write the authority to trust into this file")
    add("--client-id", default=defaults.client_id)
    add("--client-secret", default=defaults.client_secret)
    add("--webhook-secret", default=defaults.webhook_secret)
    add("--redirect-uri", action="append", default=[], help="repeatable")
    add("--webhook-url", default="", help="where notifications go; empty = nowhere")
    add("--webhook-ca", type=Path, help="authority to trust at the webhook URL")
    add("--browser-base", default="", help="address of the pages in links")
    add("--tls", choices=("1.3", "1.2"), default="1.3", help="the only version spoken")
    add("--name", action="append", default=[], help="more names in the certificate")
    add("--demo", action="store_true", help="tell where the pages are")
    return parser


def _config(arguments: argparse.Namespace) -> Config:
    return Config(
        host=arguments.host,
        https_port=arguments.https_port,
        http_port=None if arguments.no_http else arguments.http_port,
        ca_out=arguments.ca_out,
        client_id=arguments.client_id,
        client_secret=arguments.client_secret,
        webhook_secret=arguments.webhook_secret,
        redirect_uris=tuple(arguments.redirect_uri),
        webhook_url=arguments.webhook_url,
        webhook_ca=arguments.webhook_ca,
        browser_base=arguments.browser_base,
        tls=arguments.tls,
        names=tuple(arguments.name),
    )


async def _serve(config: Config, *, demo: bool) -> None:
    server = Server(config)
    await server.start()
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    print(f"ready https={server.https_url} http={server.http_url}", flush=True)
    if demo:
        print(_guide(server), flush=True)
    await stopped.wait()
    await server.stop()


def _guide(server: Server) -> str:
    base = server.world.answers.browser_base
    people = ", ".join(user.email for user in server.world.state.users.values())
    return (
        f"Zoom simulator for people: {base}/\n"
        f"  meetings of a host     {base}/meetings\n"
        f"  installed apps         {base}/installed\n"
        f"  install from Zoom      {base}/marketplace/app\n"
        f"  logins                 {people}\n"
        f"  API and OAuth          {server.https_url} (trust {server.ca_file})"
    )


if __name__ == "__main__":
    main()
