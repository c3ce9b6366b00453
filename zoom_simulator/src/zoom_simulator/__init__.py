# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A Zoom in memory: OAuth, meetings, rate limits, webhooks, faults.

It imports nothing of the addons and obeys Zoom's public documentation, not our
wishes.  `running.start` starts it in a thread; `python -m zoom_simulator` starts
it as a process.
"""
