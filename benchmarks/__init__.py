# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Benchmarks: each ``bench_NAME.py`` measures us and a peer in the same run."""
