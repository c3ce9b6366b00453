# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The public pages as a browser gets them: over HTTP, without a login."""

from __future__ import annotations

from unittest.mock import patch

from lxml import html

from odoo.fields import Datetime
from odoo.tests import BaseCase, HttpCase, tagged
from odoo.tools import config

from odoo.addons.psynamica_zoom.controllers import guide as guide_controller
from odoo.addons.psynamica_zoom.controllers.public_page import (
    CONNECT_PATH,
    GUIDE_PATH,
    render_public,
)
from odoo.addons.psynamica_zoom.controllers.visitor_language import choose_language
from odoo.addons.psynamica_zoom.services import scopes

START = Datetime.to_datetime("2026-11-24 13:05:00")
ROOM_URL = "/calendar/join_videocall/canary-room?a=1&b=2"
JOIN_PAGES = (
    "page_waiting",
    "page_room",
    "page_cancelled",
    "page_over",
    "page_not_found",
)
PROBLEMS = (
    "declined",
    "expired",
    "no_state",
    "foreign_state",
    "code_refused",
    "scopes_missing",
    "unreachable",
    "taken",
    "unconfigured",
    "app_rejected",
    "login_needed",
)
GUIDE_SECTIONS = (
    "adding",
    "adding-troubleshooting",
    "using",
    "removing",
    "data",
    "support",
)


@tagged("post_install", "-at_install")
class PublicPageCase(HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for code in ("en_US", "ru_RU"):
            cls.env["res.lang"]._activate_lang(code)
        cls.company = cls.env.ref("base.public_user").company_id
        cls.company.partner_id.write({"lang": "en_US", "tz": "Europe/Berlin"})
        cls.guide = cls.env.ref("psynamica_zoom.page_guide")

    def get(self, path=GUIDE_PATH, *, accept="en-US,en;q=0.8", **headers):
        return self.url_open(path, headers={"Accept-Language": accept, **headers})

    def page(self, name, values=None, *, query="", accept="en-US", **options):
        """Return the response with page `name`, rendered inside a real request."""

        def render(_template, **_options):
            template = f"psynamica_zoom.{name}"
            return render_public(template, values or {}, **options)

        with patch.object(guide_controller, "render_public", render):
            return self.get(GUIDE_PATH + query, accept=accept)

    def problem(self, problem, **values):
        return self.page("page_connect_problem", {"problem": problem, **values})

    def tree(self, response):
        return html.fromstring(response.content)


class TestEveryPublicPage(PublicPageCase):
    def every_page(self, accept):
        values = {"start": START, "room_url": ROOM_URL}
        for name in JOIN_PAGES:
            yield name, self.page(name, values, accept=accept)
        for problem in PROBLEMS:
            values = {"problem": problem, "scopes": ["meeting:write:meeting"]}
            page = self.page("page_connect_problem", values, accept=accept)
            yield problem, page
        yield "guide", self.get(accept=accept)

    def test_renders_in_each_language_with_one_heading_and_no_script(self):
        for accept, lang in (("en-US", "en-US"), ("ru", "ru-RU")):
            for name, response in self.every_page(accept):
                with self.subTest(page=name, lang=lang):
                    tree = self.tree(response)
                    self.assertEqual(response.status_code, 200)
                    self.assertTrue(response.text.startswith("<!DOCTYPE html>"))
                    self.assertEqual(tree.get("lang"), lang)
                    [heading] = tree.xpath("//main/h1")
                    self.assertTrue(heading.text_content().strip())
                    self.assertIn(heading.text_content(), tree.findtext(".//title"))
                    self.assertFalse(tree.xpath("//script | //*[@style] | //style"))

    def test_asks_nothing_of_another_server(self):
        for name, response in self.every_page("en-US"):
            with self.subTest(page=name):
                tree = self.tree(response)
                for address in tree.xpath("//@src | //@href | //@action"):
                    self.assertRegex(address, r"^(/[^/]|#|\?lang=|mailto:)")

    def test_carries_strict_headers(self):
        for name, response in self.every_page("en-US"):
            with self.subTest(page=name):
                policy = response.headers["Content-Security-Policy"].split("; ")
                self.assertIn("default-src 'none'", policy)
                self.assertIn("frame-ancestors 'none'", policy)
                self.assertIn("base-uri 'none'", policy)
                self.assertNotIn("unsafe", str(policy))
                self.assertEqual(response.headers["Referrer-Policy"], "no-referrer")
                self.assertEqual(response.headers["X-Content-Type-Options"], "nosniff")
                self.assertNotIn("Strict-Transport-Security", response.headers)
                kept = response.headers["Cache-Control"]
                self.assertEqual(
                    kept, "private, max-age=300" if name == "guide" else "no-store"
                )

    def test_is_kept_out_of_search_engines_except_the_guide(self):
        for name, response in self.every_page("en-US"):
            with self.subTest(page=name):
                robots = self.tree(response).xpath("//meta[@name='robots']/@content")
                self.assertEqual(
                    robots, [] if name == "guide" else ["noindex, nofollow"]
                )

    def test_asks_browsers_to_stay_with_https_once_they_came_by_it(self):
        forwarded = {"X-Forwarded-Host": "practice.example", "X-Forwarded-For": "::1"}
        with patch.dict(config.options, proxy_mode=True):
            secure = self.get(**forwarded, **{"X-Forwarded-Proto": "https"})
            plain = self.get(**forwarded, **{"X-Forwarded-Proto": "http"})
        self.assertIn("max-age=", secure.headers["Strict-Transport-Security"])
        self.assertNotIn("Strict-Transport-Security", plain.headers)

    def test_needs_neither_website_nor_portal(self):
        module = self.env.ref("base.module_psynamica_zoom")
        needed = module.upstream_dependencies(exclude_states=("uninstallable",))
        self.assertFalse({"website", "portal"} & set(needed.mapped("name")))


class TestLanguageOfAPage(PublicPageCase):
    def lang_of(self, response):
        self.assertEqual(response.status_code, 200)
        return self.tree(response).get("lang")

    def test_follows_the_browser(self):
        self.assertEqual(self.lang_of(self.get(accept="de,ru;q=0.5")), "ru-RU")

    def test_follows_the_address_before_the_browser(self):
        for wish in ("ru_RU", "ru-ru", "ru"):
            with self.subTest(wish=wish):
                response = self.get(f"{GUIDE_PATH}?lang={wish}", accept="en-US")
                self.assertEqual(self.lang_of(response), "ru-RU")

    def test_follows_the_caller_before_the_address(self):
        page = self.page("page_over", query="?lang=en_US", lang="ru_RU")
        self.assertEqual(self.lang_of(page), "ru-RU")

    def test_follows_the_practice_when_nobody_asks_for_an_installed_one(self):
        self.company.partner_id.lang = "ru_RU"
        self.assertEqual(self.lang_of(self.get(accept="tlh")), "ru-RU")

    def test_ignores_an_unknown_language(self):
        for wish in ("tlh", "xx_YY", "%00", "%3Cscript%3E", "../etc", "ru" * 99):
            with self.subTest(wish=wish):
                response = self.get(f"{GUIDE_PATH}?lang={wish}")
                self.assertEqual(self.lang_of(response), "en-US")
                self.assertNotIn("<script", response.text)

    def test_follows_the_preference_of_a_user_who_is_logged_in(self):
        user = self.env.ref("base.user_admin")
        user.lang = "ru_RU"
        self.authenticate(user.login, user.login)
        self.assertEqual(self.lang_of(self.get(accept="en-US")), "ru-RU")
        asked_for = self.get(f"{GUIDE_PATH}?lang=en_US", accept="ru")
        self.assertEqual(self.lang_of(asked_for), "en-US")

    def test_shows_the_translations_of_the_pages(self):
        view = self.env.ref("psynamica_zoom.page_over")
        term = "This session is over"
        view.update_field_translations("arch_db", {"ru_RU": {term: "Канарейка"}})
        heading = "//main/h1/text()"
        russian = self.tree(self.page("page_over", accept="ru"))
        english = self.tree(self.page("page_over", accept="en"))
        self.assertEqual(russian.xpath(heading), ["Канарейка"])
        self.assertEqual(english.xpath(heading), [term])

    def test_offers_the_other_languages_by_their_own_names(self):
        links = self.tree(self.get()).xpath("//nav[@class='pz-languages']//a")
        offered = {link.get("hreflang"): link for link in links}
        russian = offered["ru-RU"]
        self.assertEqual(russian.get("href"), "?lang=ru_RU")
        self.assertEqual(russian.get("lang"), "ru-RU")
        self.assertIn("Русский", russian.text_content())
        self.assertEqual(offered["en-US"].get("aria-current"), "true")

    def test_offers_no_other_language_where_the_address_works_only_once(self):
        tree = self.tree(self.problem("expired"))
        self.assertFalse(tree.xpath("//nav[@class='pz-languages']"))


class TestChooseLanguage(BaseCase):
    def test_prefers_the_very_variety(self):
        self.assertEqual(choose_language(["pt_PT", "pt_BR"], ["pt-br"]), "pt_BR")

    def test_takes_another_variety_before_the_next_wish(self):
        self.assertEqual(choose_language(["en_US", "pt_PT"], ["pt-BR", "en"]), "pt_PT")

    def test_without_a_wish_it_is_english_if_installed_else_the_first(self):
        self.assertEqual(choose_language(["de_DE", "en_US"], [None, ""]), "en_US")
        self.assertEqual(choose_language(["de_DE", "fr_FR"], ["*"]), "de_DE")


class TestPracticeOnAPage(PublicPageCase):
    def test_names_the_practice_and_how_to_reach_it(self):
        self.company.write(
            {
                "name": "Practice <b>Linden</b> & Co",
                "video_support_email": 'help"><script>@practice.example',
                "video_support_hours": "Mon–Fri 9–17\n<i>Sat</i> 10–12",
            }
        )
        for response in (self.get(), self.page("page_over"), self.problem("taken")):
            tree = self.tree(response)
            header = tree.xpath("//header")[0].text_content()
            footer = tree.xpath("//footer")[0].text_content()
            self.assertIn("Practice <b>Linden</b> & Co", header)
            self.assertIn("Practice <b>Linden</b> & Co", tree.findtext(".//title"))
            self.assertIn('help"><script>@practice.example', footer)
            self.assertIn("<i>Sat</i> 10–12", footer)
            self.assertFalse(tree.xpath("//script | //header//b | //footer//i"))

    def test_says_nothing_of_support_that_is_not_set(self):
        self.company.write({"video_support_email": False, "video_support_hours": ""})
        tree = self.tree(self.get())
        self.assertFalse(tree.xpath("//footer//dl | //a[starts-with(@href, 'mailto')]"))
        self.assertIn("administrator", tree.get_element_by_id("support").text_content())

    def test_shows_the_logo_of_the_practice_only_when_it_has_its_own(self):
        self.assertTrue(self.company.uses_default_logo)
        self.assertFalse(self.tree(self.get()).xpath("//header//img"))
        pixel = (
            b"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWj"
            b"R9awAAAABJRU5ErkJggg=="
        )
        self.company.logo = pixel
        [logo] = self.tree(self.get()).xpath("//header//img")
        self.assertEqual(self.get(logo.get("src")).headers["Content-Type"], "image/png")
        self.assertEqual(logo.get("alt"), "")  # the name stands beside it

    def test_may_speak_for_another_company(self):
        other = self.env["res.company"].create({"name": "The other practice"})
        header = self.tree(self.page("page_over", {"company": other})).xpath("//header")
        self.assertIn("The other practice", header[0].text_content())


class TestJoinPages(PublicPageCase):
    def refresh(self, tree):
        return tree.xpath("//meta[@http-equiv='refresh']/@content")

    def test_waiting_looks_again_every_three_seconds_and_says_so(self):
        tree = self.tree(self.page("page_waiting", {"room_url": ROOM_URL}))
        self.assertEqual(self.refresh(tree), ["3"])
        self.assertEqual(len(tree.xpath("//*[@role='status']")), 1)
        self.assertFalse(tree.xpath("//a[@class='pz-button']"))

    def test_waiting_for_long_offers_the_other_room_and_time_to_choose_it(self):
        values = {"room_url": ROOM_URL, "long": True}
        tree = self.tree(self.page("page_waiting", values))
        self.assertEqual(self.refresh(tree), ["10"])
        self.assertEqual(tree.xpath("//a[@class='pz-button']/@href"), [ROOM_URL])

    def test_waiting_for_long_without_another_room_keeps_trying(self):
        tree = self.tree(self.page("page_waiting", {"long": True}))
        self.assertEqual(self.refresh(tree), ["10"])
        self.assertFalse(tree.xpath("//a[@class='pz-button']"))

    def test_room_goes_on_by_itself_and_has_a_button(self):
        said = set()
        for reason in ("outage", "disconnected", "builtin"):
            values = {"reason": reason, "room_url": ROOM_URL}
            tree = self.tree(self.page("page_room", values))
            self.assertEqual(self.refresh(tree), [f"5; url={ROOM_URL}"])
            self.assertEqual(tree.xpath("//a[@class='pz-button']/@href"), [ROOM_URL])
            said.add(tree.xpath("string(//*[@role='status'])").split(".")[0].strip())
        self.assertEqual(len(said), 3)

    def test_pages_without_a_room_lead_nowhere(self):
        for name in ("page_cancelled", "page_over", "page_not_found"):
            tree = self.tree(self.page(name, {"room_url": ROOM_URL}, status=404))
            self.assertEqual(self.refresh(tree), [])
            self.assertFalse(tree.xpath("//main//a"))

    def test_keeps_the_status_of_the_caller(self):
        self.assertEqual(self.page("page_not_found", status=404).status_code, 404)

    def when(self, lang, tz):
        values = {"start": START, "tz": tz}
        return self.tree(self.page("page_over", values, lang=lang)).xpath("//dd/text()")

    def test_names_day_time_and_zone_in_the_words_of_the_language(self):
        english = self.when("en_US", "Europe/Berlin")
        self.assertEqual(english[0], "Tuesday, November 24, 2026")
        self.assertRegex(english[1], r"^(0?2:05\sPM|14:05)$")
        self.assertEqual(english[2], "Central European Standard Time")
        russian = self.when("ru_RU", "Europe/Moscow")
        self.assertIn("24 ноября 2026", russian[0])
        self.assertEqual(russian[1], "16:05")
        self.assertEqual(russian[2], "Москва, стандартное время")

    def test_without_a_known_zone_takes_that_of_the_practice(self):
        for unknown in (None, "", "Mars/Phobos", "../../etc/passwd"):
            zone = self.when("en_US", unknown)[2]
            self.assertEqual(zone, "Central European Standard Time")
        self.company.partner_id.tz = False
        self.assertEqual(self.when("en_US", None)[2], "Coordinated Universal Time")

    def test_without_a_start_says_nothing_of_time(self):
        self.assertFalse(self.tree(self.page("page_over")).xpath("//main//dl"))


class TestConnectProblems(PublicPageCase):
    def test_each_has_words_of_its_own_and_its_place_in_the_guide(self):
        ids = set(self.tree(self.get()).xpath("//@id"))
        headings = set()
        for problem in PROBLEMS:
            with self.subTest(problem=problem):
                tree = self.tree(self.problem(problem))
                headings.add(tree.findtext(".//h1"))
                [link] = tree.xpath(
                    "//main//a[starts-with(@href, '/zoom/guide')]/@href"
                )
                path, anchor = link.split("#")
                self.assertEqual(path, f"{GUIDE_PATH}?lang=en_US")
                self.assertIn(anchor, ids)
        self.assertEqual(len(headings), len(PROBLEMS))

    def test_offers_to_connect_again_only_when_that_can_help(self):
        tree = self.tree(self.problem("expired", retry=True))
        [form] = tree.xpath("//form")
        self.assertEqual(form.get("method"), "post")
        self.assertEqual(form.get("action"), CONNECT_PATH)
        self.assertTrue(form.xpath(".//input[@name='csrf_token']/@value")[0])
        self.assertFalse(self.tree(self.problem("unconfigured")).xpath("//form"))

    def test_forbids_forms_except_where_one_leads_to_zoom(self):
        def policy(**values):
            return self.problem("expired", **values).headers["Content-Security-Policy"]

        self.assertIn("form-action 'none'", policy())
        # Zoom may redirect to an organisation's own sign-in page, on any host.
        self.assertNotIn("form-action", policy(retry=True))
        self.assertIn("frame-ancestors 'none'", policy(retry=True))

    def test_names_the_missing_permissions(self):
        missing = ["meeting:write:meeting", "<b>meeting:delete:meeting"]
        tree = self.tree(self.problem("scopes_missing", scopes=missing))
        self.assertEqual(tree.xpath("//main//code/text()"), missing)

    def test_leads_who_is_not_logged_in_to_the_login_and_back(self):
        tree = self.tree(self.problem("login_needed"))
        [login] = tree.xpath("//a[@class='pz-button']/@href")
        self.assertEqual(login, "/web/login?redirect=/odoo/integrations")


class TestGuide(PublicPageCase):
    def test_has_the_sections_zoom_and_our_pages_link_to(self):
        tree = self.tree(self.get())
        for section in GUIDE_SECTIONS:
            with self.subTest(section=section):
                [element] = tree.xpath("//section[@id=$id]", id=section)
                self.assertTrue(element.xpath("./h2 | ./h3"))

    def test_every_link_inside_it_leads_somewhere(self):
        tree = self.tree(self.get())
        ids = tree.xpath("//@id")
        self.assertEqual(len(ids), len(set(ids)))
        inside = tree.xpath("//a/@href[starts-with(., '#')]")
        self.assertGreater(len(inside), len(GUIDE_SECTIONS))
        labels = [f"#{label}" for label in tree.xpath("//@aria-labelledby")]
        self.assertLessEqual({*inside, *labels}, {f"#{anchor}" for anchor in ids})

    def test_headings_leave_out_no_level(self):
        levels = [
            int(heading.tag[1])
            for heading in self.tree(self.get()).xpath("//h1 | //h2 | //h3 | //h4")
        ]
        self.assertEqual(levels[0], 1)
        for before, after in zip(levels, levels[1:], strict=False):
            self.assertLessEqual(after - before, 1)

    def test_gives_a_reason_for_exactly_the_permissions_that_are_used(self):
        explained = self.tree(self.get()).xpath("//ul[@class='pz-scopes']/li")
        tags = {item.findtext(".//code"): item.findtext("div") for item in explained}
        self.assertEqual(
            tags,
            {scope: "required" for scope in scopes.REQUIRED}
            | {scope: "optional" for scope in scopes.OPTIONAL},
        )
        for item in explained:
            self.assertIn("Without it", item.findtext("p"))

    def test_is_for_everybody(self):
        self.assertEqual(self.get().status_code, 200)
        self.authenticate("admin", "admin")
        self.assertEqual(self.get().status_code, 200)

    def test_brings_its_stylesheet_along(self):
        [address] = self.tree(self.get()).xpath("//link[@rel='stylesheet']/@href")
        self.assertIn("text/css", self.get(address).headers["Content-Type"])
