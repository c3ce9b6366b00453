# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A practice in which everything goes wrong, and a look at what is left of it.

`./dev chaos` starts real servers, lets therapists and clients work while the simulated
Zoom fails and processes are killed, lets the system come to rest, and compares. The
comparison (`checker`, `snapshot`, `mails`) imports nothing of the addon.
"""
