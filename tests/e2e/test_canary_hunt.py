# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A whole life of a connection, and then a search for its secrets in every place.

Connect, book, deliver, mails, notifications, join, failures, disconnect: over real
processes that log at DEBUG.  The values looked for are long and random, so none occurs
by chance, and each search is shown to find what is there.
"""

import json
import re
import threading
import time
from datetime import datetime, timedelta, timezone
from urllib.parse import parse_qs, quote, unquote, urlsplit

import pytest
from browser import somebody
from postbox import Mail
from rpc import Nobody, Person

from devtools.stack import start_stack
from zoom_simulator.sim_client import SimClient

ACCOUNT = "anna@zoom.example"
PEOPLE = ("anna", "boris", "clara", "pavel", "admin")
PATIENCE_S = 90
LOUD = {
    "log_handler": ":DEBUG,odoo.sql_db:DEBUG,urllib3:DEBUG,requests:DEBUG,"
    "odoo.service.model:DEBUG,odoo.http:DEBUG,werkzeug:DEBUG",
}
# Besides all models of ours.
MODELS = (
    *("calendar.event", "calendar.attendee", "res.users", "res.config.settings"),
    *("ir.config_parameter", "ir.attachment", "ir.logging", "bus.bus"),
    *("mail.message", "mail.mail", "mail.activity"),
)
_OUR_MODELS = "select model from ir_model where model like 'psynamica.%' order by model"
EXPORTED = 60  # fields at a time: an address list of all would be refused
PASSCODE_LENGTH = 10  # the longest Zoom has, so that none is found by chance
_LET_EXPORT = """
people = env["res.users"].search([("login", "in", {logins})])
env.ref("base.group_allow_export").user_ids |= people
env.cr.commit()
"""
_ENTRY = re.compile(r"^(?=\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} )", re.MULTILINE)
_OPEN_TOKENS = """
import json
found = [c._open(n) for c in env["psynamica.zoom.connection"].sudo().search([])
         for n in ("access_token_sealed", "refresh_token_sealed")]
open({path!r}, "w").write(json.dumps(found))
"""
_TABLES = """
select table_name from information_schema.tables
where table_schema = 'public' and table_type = 'BASE TABLE'
"""
_BROWSER = """
() => JSON.stringify([
    Object.entries(localStorage), Object.entries(sessionStorage), document.cookie,
    window.name, history.state, document.documentElement.outerHTML,
])
"""


class Hunt:
    """What is looked for, and where: the steps of a life fill both."""

    def __init__(self, stack):
        self.stack = stack
        self.zoom = SimClient(stack.simulator_url, str(stack.ca_file))
        app = stack.zoom_app
        self.secrets = {name: app[name] for name in ("client_secret", "webhook_secret")}
        self.room = {}  # opens a room: for those who take part in the session
        self.places = {}
        self.people = {login: Person(stack.odoo_url, login) for login in PEOPLE}
        self.people["nobody"] = Nobody(stack.odoo_url)
        self.anna = self.people["anna"]
        self.zoom.account(ACCOUNT, passcode_rules={"length": PASSCODE_LENGTH})
        internal = [login for login in PEOPLE if login != "pavel"]
        stack.shell(_LET_EXPORT.format(logins=internal))
        self.models = [*MODELS, *(name for (name,) in stack.psql(_OUR_MODELS))]

    # What is looked for

    def note_tokens(self, when):
        path = self.stack.folder / "opened.json"
        self.stack.shell(_OPEN_TOKENS.format(path=str(path)))
        for number, token in enumerate(json.loads(path.read_text(encoding="utf-8"))):
            self.secrets[f"token {number} {when}"] = token
        path.unlink()

    def note_room(self):
        [(passcode, join_url)] = self.stack.psql(
            "select passcode, join_url from psynamica_zoom_meeting"
            " where event_id = %s and zoom_id is not null",
            self.event_id,
        )
        query = parse_qs(urlsplit(join_url).query)
        self.room = {
            "join_url": join_url,
            "pwd": query["pwd"][0],
            "passcode": passcode,
        }

    # A life

    def type_the_secrets(self):
        """Enter the app's secrets as an administrator does."""
        values = {
            "zoom_client_secret": self.secrets["client_secret"],
            "zoom_webhook_secret": self.secrets["webhook_secret"],
        }
        admin = self.people["admin"]
        answer = admin.call(
            "res.config.settings", "web_save", [], values, specification={"id": {}}
        )
        new_id = answer.json()["result"][0]["id"]
        self.keep("settings", answer.text)
        self.keep(
            "settings", admin.call("res.config.settings", "execute", [new_id]).text
        )
        self.keep("settings", admin.call("res.config.settings", "read", [new_id]).text)

    def connect(self):
        location = urlsplit(self.anna.press_connect())
        asked = {name: value for name, [value] in parse_qs(location.query).items()}
        names = ("redirect_uri", "state", "code_challenge", "code_challenge_method")
        allowed = self.zoom.authorize(ACCOUNT, **{name: asked[name] for name in names})
        back = urlsplit(allowed["redirect"])
        values = {name: value for name, [value] in parse_qs(back.query).items()}
        self.secrets |= {"code": values["code"], "state": values["state"]}
        wrong = {"state": values["state"], "code": values["code"], "error": "x" * 9}
        other = self.people["boris"].get("/psynamica_zoom/callback", params=wrong)
        self.keep("error pages", other.text + str(other.headers))
        answer = self.anna.get("/psynamica_zoom/callback", params=values)
        assert answer.status_code == 303
        self.keep("error pages", answer.text + str(answer.headers))
        again = self.anna.get("/psynamica_zoom/callback", params=values)
        self.keep("error pages", again.text + str(again.headers))

    def knock(self):
        """See what is refused: links, the host's entrance, the webhook."""
        secret = self.secrets["webhook_secret"]
        boris = self.people["boris"]
        for answer in (
            boris.get("/video/join/" + "x" * 32),
            boris.get(f"/video/host/{self.event_id}"),
            boris.get("/video/host/2147483647"),
            boris.get("/psynamica_zoom/webhook", params={"secret": secret}),
        ):
            assert answer.status_code >= 400, answer.url
            self.keep("error pages", answer.text + str(answer.headers))

    def book(self):
        partners = [
            identity
            for (identity,) in self.stack.psql(
                "select partner_id from res_users where login in ('anna', 'pavel')"
            )
        ]
        start = datetime.now(timezone.utc) + timedelta(days=2)
        moment = start.replace(microsecond=0, tzinfo=None)
        values = {
            "name": "Hunt",
            "start": str(moment),
            "stop": str(moment + timedelta(minutes=50)),
            "partner_ids": [[6, 0, partners]],
        }
        answer = self.anna.call("calendar.event", "create", [values])
        [self.event_id] = answer.json()["result"]
        self.wait_for(
            "select 1 from psynamica_zoom_meeting where event_id = %s"
            " and state = 'ready' and join_url is not null"
        )

    def wait_for(self, sql):
        ticks, ends_at = threading.Event(), time.monotonic() + PATIENCE_S
        while not self.stack.psql(sql, self.event_id):
            assert time.monotonic() < ends_at, sql
            ticks.wait(0.2)

    def wait_for_mails(self):
        ticks, ends_at = threading.Event(), time.monotonic() + PATIENCE_S
        while not self.stack.mails():
            assert time.monotonic() < ends_at, "no mail"
            ticks.wait(0.2)

    def fail(self):
        """Have Zoom refuse, then refresh, then hear from Zoom."""
        self.zoom.fault(method="PATCH", path="/v2/meetings/.*", status=503, times=1)
        self.lengthen()
        self.zoom.clear_faults()
        self.zoom.expire_tokens(ACCOUNT, "access")
        self.anna.call("calendar.event", "action_zoom_retry", [self.event_id])
        self.wait_for(
            "select 1 from psynamica_zoom_meeting where event_id = %s"
            " and state = 'ready'"
        )
        [(number,)] = self.stack.psql(
            "select zoom_id from psynamica_zoom_meeting where event_id = %s",
            self.event_id,
        )
        self.zoom.update_meeting(number, topic="changed at Zoom")
        self.zoom.webhooks_settled()
        self.number = number

    def lengthen(self):
        values = {"duration": 1.5}
        self.anna.call("calendar.event", "write", [self.event_id], values)
        self.wait_for(
            "select 1 from psynamica_zoom_meeting where event_id = %s"
            " and state = 'retry'"
        )

    def join(self):
        """As host: the one answer that may hold the host's address."""
        answer = self.anna.get(f"/video/host/{self.event_id}")
        host_url = answer.headers["Location"]
        assert "/s/" in host_url
        self.secrets["start_url"] = host_url
        self.secrets["zak"] = parse_qs(urlsplit(host_url).query)["zak"][0]
        [(token,)] = self.stack.psql(
            "select video_token from calendar_event where id = %s", self.event_id
        )
        led = self.anna.get(f"/video/join/{token}")
        assert led.headers["Location"] == self.room["join_url"]
        self.token = token

    # Where it is looked for

    def keep(self, place, text):
        self.places[place] = self.places.get(place, "") + text

    def ask_everybody(self):
        for login, person in self.people.items():
            for model in self.models:
                self.keep(f"answers to {login}", self.everything(person, model))
            for method in ("video_integrations",):
                self.keep(f"answers to {login}", person.call("res.users", method).text)

    def everything(self, person, model):
        """Read, export, group and show by name all that this person is given."""
        offered = (
            person.call(model, "fields_get", [], ["type"]).json().get("result", {})
        )
        names = sorted(offered)
        found = person.call(model, "search", [], limit=50).json().get("result", [])
        texts = [
            person.call(model, "read", found, names).text,
            *self.exports(person, model, found, names),
            person.call(model, "name_search", "").text,
            person.call(model, "default_get", names).text,
        ]
        one_by_one = (
            (person.call(model, "read", found[:3], [name]).text for name in names)
            if '"error"' in texts[0]
            else ()
        )
        return "".join([*texts, *one_by_one])

    def exports(self, person, model, found, names):
        """Return what the person may export, field by field, of all fields."""
        parts = [names[at : at + EXPORTED] for at in range(0, len(names), EXPORTED)]
        texts = [person.call(model, "export_data", found, part).text for part in parts]
        self.keep("exports", "".join(text for text in texts if '"datas"' in text))
        return texts

    def dump(self, when):
        text = []
        for (table,) in self.stack.psql(_TABLES):
            rows = self.stack.psql(f'select t::text from "{table}" t')  # noqa: S608
            text += [row for (row,) in rows]
        self.places[f"database {when}"] = "\n".join(text)

    def look_in_the_browser(self, browser):
        page = somebody(browser, "en_US").new_page()
        page.goto(f"{self.stack.odoo_url}/web/login")
        page.locator("input[name='login']").fill("anna")
        page.locator("input[name='password']").fill("anna")
        page.locator("form.oe_login_form button[type='submit']").click()
        page.locator(".o_main_navbar").wait_for()
        page.goto(f"{self.stack.odoo_url}/odoo/integrations")
        page.locator("[data-provider='zoom'] .text-bg-success").wait_for()
        self.keep("browser", page.evaluate(_BROWSER))
        self.keep("browser", json.dumps(page.context.storage_state()))
        page.context.close()

    def collect(self):
        log = self.stack.odoo_log.read_text(encoding="utf-8", errors="replace")
        self.places["log"] = log
        entries = _ENTRY.split(log)
        self.places["log without SQL"] = "".join(
            entry for entry in entries if " odoo.sql_db: " not in entry[:200]
        )
        self.places["mails"] = "".join(
            path.read_text(encoding="utf-8", errors="replace")
            + Mail(path).html
            + Mail(path).calendar_text
            for path in self.stack.mails()
        )

    def found(self, secrets):
        """Return where something is, as names only: never the secrets themselves."""
        return {
            (place, name)
            for place, text in self.places.items()
            for name, secret in secrets.items()
            if any(form in text for form in _forms(secret))
        }


def _forms(secret):
    """Return a secret as it is, and as addresses and JSON write it."""
    return {secret, quote(secret, safe=""), unquote(secret), json.dumps(secret)[1:-1]}


@pytest.fixture(scope="module")
def hunt(browser):
    """A life that is over, with all that was seen of it."""
    with start_stack(log_level="debug", options=LOUD) as stack:
        hunt = Hunt(stack)
        hunt.type_the_secrets()
        hunt.connect()
        hunt.note_tokens("at first")
        hunt.book()
        hunt.note_room()
        hunt.wait_for_mails()
        hunt.fail()
        hunt.note_tokens("after a refresh")
        hunt.join()
        hunt.knock()
        hunt.ask_everybody()
        hunt.look_in_the_browser(browser)
        hunt.dump("while connected")
        hunt.anna.call("res.users", "zoom_disconnect")
        hunt.dump("after disconnecting")
        hunt.collect()
        yield hunt
        hunt.zoom.close()


def test_the_hunt_had_all_its_prey(hunt):
    """Both pairs of tokens, and long enough never to occur by chance."""
    assert len(set(hunt.secrets.values())) == len(hunt.secrets) >= 10
    assert all(len(secret) >= 20 for secret in hunt.secrets.values()), (
        hunt.secrets.keys()
    )


def test_the_hunt_looks_in_the_right_places(hunt):
    """In every place it finds what must be there."""
    for place, known in {
        "database while connected": ACCOUNT,
        "database after disconnecting": hunt.number,
        "log": "/video/join/***",
        "log without SQL": "zoom POST /users/me/meetings -> 201",
        "mails": "/video/join/",
        "answers to anna": hunt.number[-4:],
        "answers to boris": "Boris Orlov",
        "answers to pavel": "Hunt",
        "answers to nobody": "SessionExpiredException",
        "answers to admin": hunt.stack.zoom_app["client_id"],
        "error pages": "pz-",
        "exports": hunt.number[-4:],
        "settings": "result",
        "browser": "session_id",
    }.items():
        assert known in hunt.places[place], place
    assert " odoo.sql_db: " in hunt.places["log"]
    assert "urllib3" in hunt.places["log"]


def test_the_hunt_finds_what_is_planted(hunt):
    """A secret in any place would have been found."""
    places = dict(hunt.places)
    try:
        for place in places:
            hunt.places[place] += f"…{quote(hunt.secrets['zak'], safe='')}…"
        assert {place for place, _name in hunt.found(hunt.secrets)} == set(places)
    finally:
        hunt.places = places


def test_secrets_are_nowhere(hunt):
    """Client secret, webhook secret, code, state, tokens and the host's address."""
    assert hunt.found(hunt.secrets) == set()


def test_rooms_are_where_those_who_take_part_see_them_only(hunt):
    """Zoom's own link with its passcode: in no log, and with no stranger."""
    seen = {place for place, _name in hunt.found(hunt.room)}
    allowed = {
        "database while connected",
        "database after disconnecting",
        "log",  # with the statements to the database, at DEBUG only
        "mails",
        "answers to anna",
        "answers to clara",  # schedules for others
        "answers to pavel",  # takes part
        "answers to admin",  # reads every mail that was sent
        "exports",  # of those
    }
    assert seen <= allowed
    assert {"mails", "answers to anna"} <= seen
