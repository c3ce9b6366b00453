# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import zoom_delivery
from . import zoom_circuit
from . import zoom_notification
from . import zoom_reconciliation
from . import zoom_connection
