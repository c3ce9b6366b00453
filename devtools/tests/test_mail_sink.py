# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import os
import smtplib
import sys

import pytest

from devtools import ports, processes
from devtools.project import ROOT


@pytest.fixture
def sink(cache_folder, tmp_path):
    """(port, folder) of a running mail sink."""
    port, folder = ports.free_ports(1)[0], tmp_path / "mail"
    log = tmp_path / "sink.log"
    words = ["-m", "devtools.mail_sink", f"--port={port}", f"--folder={folder}"]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    server = processes.Server("sink", [sys.executable, *words], log, env, tmp_path)
    server.wait_until(lambda: log.read_text().startswith("ready"), 20, "The sink")
    yield port, folder
    server.stop()


def test_every_mail_becomes_a_file_in_order(sink):
    port, folder = sink
    with smtplib.SMTP("127.0.0.1", port) as client:
        for subject in ("first", "second"):
            client.sendmail(
                "a@example.com", ["b@example.com"], f"Subject: {subject}\n\n"
            )

    mails = sorted(folder.glob("*.eml"))
    assert [path.name for path in mails] == ["0001.eml", "0002.eml"]
    assert "Subject: second" in mails[1].read_text()


def test_hidden_recipients_can_be_seen(sink):
    port, folder = sink
    with smtplib.SMTP("127.0.0.1", port) as client:
        client.sendmail("a@example.com", ["b@example.com", "c@example.com"], "\n\n")

    [mail] = folder.glob("*.eml")
    assert "X-Envelope-To: b@example.com, c@example.com" in mail.read_text()
