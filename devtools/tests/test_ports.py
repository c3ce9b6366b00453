# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import socket

from devtools import ports


def test_a_port_somebody_listens_on_is_not_free():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]

        assert not ports.is_free(port)
        assert ports.preferred_or_free(port) != port

    assert ports.preferred_or_free(port) == port


def test_free_ports_are_different_ones():
    chosen = ports.free_ports(6)

    assert len(set(chosen)) == 6
