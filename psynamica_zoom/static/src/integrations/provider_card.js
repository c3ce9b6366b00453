/**
 * Copyright 2026 Psynamica
 * License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
 */
import { Component } from "@odoo/owl";

/** The frame of one card: picture, name, badges, one sentence, then what the slots hold. */
export class ProviderCard extends Component {
    static template = "psynamica_zoom.ProviderCard";
    static props = {
        name: String,
        title: String,
        image: String,
        sentence: String,
        badge: { type: String, optional: true },
        badgeClass: { type: String, optional: true },
        isDefault: Boolean,
        // Left out where the provider cannot be the default at the moment.
        makeDefault: { type: Function, optional: true },
        slots: { type: Object, optional: true },
    };
    static defaultProps = { badge: "", badgeClass: "text-bg-secondary" };

    get titleId() {
        return `psynamica_card_${this.props.name}`;
    }
}
