/* Copyright 2026 Psynamica
 * License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
 *
 * Small comforts of the scheduling pages. Everything works without them. */
(function () {
    "use strict";

    /* The visitor's zone: told to the server once, when nobody has chosen one. */
    function tellZone(body) {
        const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
        const address = new URL(window.location.href);
        if (!zone || body.dataset.zoneKnown || address.searchParams.has("tz")) {
            return;
        }
        address.searchParams.set("tz", zone);
        window.location.replace(address);
    }

    /* Choosing a zone with the mouse or a finger needs no second click.  With the keys
     * each arrow is a change already, so they have the button. */
    function sendOnChange(select) {
        let isPointed = false;
        select.addEventListener("pointerdown", () => (isPointed = true));
        select.addEventListener("keydown", () => (isPointed = false));
        select.addEventListener("change", () => {
            if (isPointed) {
                select.form.requestSubmit();
            }
        });
    }

    /* The minutes left, said by the page's own words: "{minutes}" is replaced. */
    function countDown(place) {
        const end = Date.now() + Number(place.dataset.seconds) * 1000;
        function show() {
            const left = Math.max(0, Math.ceil((end - Date.now()) / 60000));
            if (left) {
                place.textContent = place.dataset.words.replace("{minutes}", left);
                return;
            }
            place.textContent = place.dataset.over;
            window.clearInterval(timer);
        }
        const timer = window.setInterval(show, 15000);
        show();
    }

    /* A second click sends nothing more; coming back by the browser may. */
    function sendOnce(form) {
        form.addEventListener("submit", (event) => {
            if (form.dataset.sent) {
                event.preventDefault();
                return;
            }
            if (!event.defaultPrevented) {
                form.dataset.sent = "1";
            }
        });
        window.addEventListener("pageshow", () => delete form.dataset.sent);
    }

    /* reCAPTCHA wants to be asked when the form is sent. */
    function askRecaptcha(form) {
        let isAsked = false;
        form.addEventListener("submit", (event) => {
            if (isAsked || !window.grecaptcha) {
                return; // the server decides about a form without an answer
            }
            event.preventDefault();
            const button = event.submitter;
            window.grecaptcha.ready(async () => {
                isAsked = true;
                try {
                    form.elements.recaptcha_token_response.value =
                        await window.grecaptcha.execute(form.dataset.recaptcha, {
                            action: form.dataset.action,
                        });
                } finally {
                    form.requestSubmit(button);
                }
            });
        });
        window.addEventListener("pageshow", () => (isAsked = false));
    }

    const body = document.body;
    if (body.dataset.zonePage) {
        tellZone(body);
    }
    document.querySelectorAll("select[data-send]").forEach(sendOnChange);
    document.querySelectorAll("[data-seconds]").forEach(countDown);
    document.querySelectorAll("form[data-recaptcha]").forEach(askRecaptcha);
    // After reCAPTCHA, which sends the form a second time itself.
    document.querySelectorAll("form[method=post]").forEach(sendOnce);
    const trouble = document.querySelector("[data-focus]");
    if (trouble) {
        trouble.focus();
    }
})();
