from . import calendar_popover_delete_wizard
