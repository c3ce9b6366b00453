# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Where else the scheduling page may be shown."""

from markupsafe import escape

from odoo import api, fields, models
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

    def _booking_page_url(self):
        """Return the address of the scheduling page."""
        return f"{self.get_base_url()}/book"


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    booking_page_url = fields.Char(
        "Scheduling page", compute="_compute_booking_page_url"
    )
    booking_embed_snippet = fields.Text(
        "To paste into your site", compute="_compute_booking_page_url"
    )

    @api.depends("company_id")
    def _compute_booking_page_url(self):
        for settings in self:
            address = settings.company_id._booking_page_url()
            title = escape(self.env._("Book a session"))
            settings.booking_page_url = address
            settings.booking_embed_snippet = (
                f'<iframe src="{address}?embed=1" title="{title}" loading="lazy"'
                ' style="width: 100%; height: 60rem; border: 0"></iframe>'
            )
