# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Where else the scheduling page may be shown."""

from odoo import api, models
from odoo.exceptions import ValidationError

from ..services.embed_hosts import embed_hosts


class ResCompany(models.Model):
    _inherit = "res.company"

    @api.constrains("booking_embed_hosts")
    def _check_booking_embed_hosts(self):
        for company in self:
            try:
                embed_hosts(company.booking_embed_hosts)
            except ValueError as error:
                raise ValidationError(
                    self.env._(
                        "“%(site)s” is not the address of a site. Write it like"
                        " https://practice.example.",
                        site=error.args[0],
                    )
                ) from None

    def _booking_frame_ancestors(self):
        """Return the origins that may show the scheduling page in a frame."""
        try:
            return embed_hosts(self.sudo().booking_embed_hosts)
        except ValueError:  # written past the check, by an import or by hand
            return []
