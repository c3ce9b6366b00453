# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Giving the work back to the scheduled actions."""

CRONS = ("deliver", "inbox", "look", "reconcile", "keep_alive")


def uninstall_hook(env):
    """Leave no job that nobody could do, and have the crons go on at once."""
    jobs = env["queue.job"].search(
        [("channel", "=like", "root.zoom%"), ("state", "not in", ("done", "cancelled"))]
    )
    jobs.unlink()
    for name in CRONS:
        env.ref(f"psynamica_zoom.ir_cron_{name}")._trigger()
