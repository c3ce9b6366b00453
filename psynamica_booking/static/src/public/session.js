/* Copyright 2026 Psynamica
 * License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
 *
 * The page of a session shows by itself what is new. It works without this, too. */
(function () {
    "use strict";

    const PAUSE_S = 60; // after a failure
    let timer;

    function current() {
        return document.getElementById("session");
    }

    function plan(seconds) {
        window.clearTimeout(timer);
        if (seconds && !document.hidden) {
            timer = window.setTimeout(look, seconds * 1000);
        }
    }

    function show(text) {
        const fresh = new DOMParser()
            .parseFromString(text, "text/html")
            .getElementById("session");
        const old = current();
        if (!fresh || fresh.dataset.mark === old.dataset.mark) {
            return;
        }
        const hadFocus = old.contains(document.activeElement);
        old.replaceWith(document.adoptNode(fresh));
        const news = document.getElementById("news");
        news.textContent = "";
        window.setTimeout(() => (news.textContent = news.dataset.words), 100);
        if (hadFocus) {
            document.getElementById("content").focus();
        }
    }

    async function look() {
        try {
            const answer = await fetch(current().dataset.address, {
                cache: "no-store",
                redirect: "error",
            });
            if (answer.ok) {
                show(await answer.text());
            }
            plan(Number(current().dataset.poll));
        } catch {
            plan(PAUSE_S);
        }
    }

    document.addEventListener("visibilitychange", () => {
        if (document.hidden) {
            window.clearTimeout(timer);
        } else {
            look();
        }
    });
    plan(Number(current().dataset.poll));
})();
