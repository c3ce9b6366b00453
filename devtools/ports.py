# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Picks TCP ports on this machine's loopback."""

import contextlib
import socket


def is_free(port):
    """Whether a server could listen on *port* now."""
    with contextlib.closing(socket.socket()) as probe:
        # As servers do: a port in TIME_WAIT counts as free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_ports(count):
    """That many different free ports, chosen by the kernel."""
    with contextlib.ExitStack() as stack:
        probes = [stack.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]


def preferred_or_free(port):
    """*port* when it is free, else one chosen by the kernel."""
    return port if is_free(port) else free_ports(1)[0]
