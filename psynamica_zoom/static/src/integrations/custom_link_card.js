/**
 * Copyright 2026 Psynamica
 * License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
 */
import { Component, onWillUpdateProps, useState } from "@odoo/owl";

import { _t } from "@web/core/l10n/translation";

import { ProviderCard } from "@psynamica_zoom/integrations/provider_card";

/** Whether `text` is a full https address. */
export function isSecureLink(text) {
    return /^https:\/\/[^\s/]+\S*$/i.test(text) && URL.canParse(text);
}

/** A link of the user's own, for example to a room at another service. */
export class CustomLinkCard extends Component {
    static template = "psynamica_zoom.CustomLinkCard";
    static components = { ProviderCard };
    static props = {
        link: String,
        isDefault: Boolean,
        makeDefault: Function,
        // Stores values and returns "" or a sentence that says why it did not work.
        save: Function,
    };

    setup() {
        this.state = useState({ link: this.props.link, trouble: "", saved: false, busy: false });
        onWillUpdateProps((next) => {
            if (next.link !== this.props.link) {
                this.state.link = next.link;
            }
        });
    }

    get makeDefault() {
        return this.props.link ? this.props.makeDefault : undefined;
    }

    onInput(ev) {
        this.state.link = ev.target.value;
        this.state.trouble = "";
        this.state.saved = false;
    }

    async save() {
        const link = this.state.link.trim();
        if (link && !isSecureLink(link)) {
            this.state.trouble = _t("Enter a full address that begins with https://");
            return;
        }
        this.state.busy = true;
        this.state.trouble = await this.props.save({ custom_link: link });
        this.state.busy = false;
        this.state.saved = !this.state.trouble;
    }
}
