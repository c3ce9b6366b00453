# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import test_delivery_jobs
from . import test_inbox_jobs
from . import test_lanes
from . import test_other_jobs
