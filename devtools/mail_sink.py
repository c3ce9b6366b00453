# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""An SMTP server that keeps every mail as a file and delivers none.

Runs in the virtual environment (it needs ``aiosmtpd``):
``python -m devtools.mail_sink --port PORT --folder FOLDER``.
"""

import argparse
import itertools
import signal
import threading
from pathlib import Path

from aiosmtpd.controller import Controller


class Keeper:
    """Writes mails to ``FOLDER/0001.eml`` and so on, in the order they came."""

    def __init__(self, folder):
        self._folder = folder
        taken = [int(path.stem) for path in folder.glob("[0-9]*.eml")]
        self._numbers = itertools.count(max(taken, default=0) + 1)

    async def handle_DATA(self, _server, _session, envelope):
        """Keeps one mail. The envelope's recipients stand in an extra header."""
        recipients = ", ".join(envelope.rcpt_tos)
        header = f"X-Envelope-To: {recipients}\r\n".encode("utf-8", "surrogateescape")
        name = f"{next(self._numbers):04}.eml"
        draft = self._folder / f".{name}"
        draft.write_bytes(header + envelope.content)
        # A reader that sees the file sees all of it.
        draft.replace(self._folder / name)
        return "250 kept"


def main():
    """Serves until it is asked to end."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    controller = Controller(
        Keeper(options.folder), hostname="127.0.0.1", port=options.port
    )
    controller.start()
    print(f"ready on port {options.port}", flush=True)
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    ended.wait()
    controller.stop()


if __name__ == "__main__":
    main()
