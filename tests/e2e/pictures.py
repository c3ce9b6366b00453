# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Screenshots of each step, on a desk and on a phone."""

from pathlib import Path

from browser import PHONE

FOLDER = Path(__file__).parent / "screenshots"

# Two frames: the first may still show the old layout.  Whoever drags a window makes
# many of these events; of two only, the web client may miss the last when it is busy.
_SETTLED = """() => new Promise((done) => {
    window.dispatchEvent(new Event("resize"));
    requestAnimationFrame(() => requestAnimationFrame(() => done(true)));
})"""
# The page may learn of its new size after the call that set it.
_HAS_WIDTH = "width => window.innerWidth === width"
# Odoo's menu bar takes on a phone's shape a quarter of a second after the page has one,
# and does not leave it by itself (web, NavBar.adapt): it is asked to draw itself anew.
_MENU_FITS = """width => {
    const bar = document.querySelector(".o_web_client .o_main_navbar");
    const fits = !bar || !bar.querySelector(".o_menu_toggle") === width >= 768;
    if (!fits) odoo.__WOWL_DEBUG__.root.env.bus.trigger("MENUS:APP-CHANGED");
    return fits;
}"""
_LOOK_AGAIN_MS = 200


class Album:
    """Numbers the pictures of one test in the order they are taken."""

    def __init__(self, name):
        self._name = name
        self._count = 0
        FOLDER.mkdir(exist_ok=True)
        for old in FOLDER.glob(f"{name}-[0-9]*.png"):
            old.unlink()

    def take(self, page, step):
        """Keeps what *page* shows at its own width, and at a phone's."""
        self._count += 1
        size = page.viewport_size
        self._keep(page, step)
        self._resize(page, PHONE)
        self._keep(page, step)
        self._resize(page, size)

    def _resize(self, page, size):
        page.set_viewport_size(size)
        page.wait_for_function(_HAS_WIDTH, arg=size["width"])
        page.evaluate(_SETTLED)
        page.wait_for_function(_MENU_FITS, arg=size["width"], polling=_LOOK_AGAIN_MS)

    def _keep(self, page, step):
        width = page.viewport_size["width"]
        name = f"{self._name}-{self._count:02}-{step}-{width}.png"
        page.screenshot(path=FOLDER / name)
