# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the practice tells its clients about video calls."""

from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    video_support_email = fields.Char("E-mail for questions about video calls")
    video_support_hours = fields.Text("Office hours", translate=True)
    video_share_zoom_details = fields.Boolean(
        "Show Zoom's own link to clients",
        default=True,
        help="Mails and calendar files also carry Zoom's link, the meeting ID and the "
        "passcode, so that clients can join while this server is down.",
    )
