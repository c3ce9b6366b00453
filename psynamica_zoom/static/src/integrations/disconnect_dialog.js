/**
 * Copyright 2026 Psynamica
 * License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
 */
import { Component, useState } from "@odoo/owl";

import { Dialog } from "@web/core/dialog/dialog";
import { _t } from "@web/core/l10n/translation";

/** Says what disconnecting does, then does it.  It stays open when that fails. */
export class DisconnectDialog extends Component {
    static template = "psynamica_zoom.DisconnectDialog";
    static components = { Dialog };
    static props = {
        close: Function,
        // How many sessions from now on have a meeting at Zoom.
        upcoming: Number,
        // Does it and returns "" or a sentence that says why it did not work.
        disconnect: Function,
    };

    setup() {
        this.title = _t("Disconnect Zoom?");
        this.state = useState({ deleteMeetings: false, busy: false, trouble: "" });
    }

    get deleteLabel() {
        return _t("Also delete my upcoming meetings at Zoom first (%(count)s)", {
            count: this.props.upcoming,
        });
    }

    async confirm() {
        this.state.busy = true;
        this.state.trouble = await this.props.disconnect(this.state.deleteMeetings);
        this.state.busy = false;
        if (!this.state.trouble) {
            this.props.close();
        }
    }
}
