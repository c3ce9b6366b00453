# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What Zoom does otherwise than asked is noticed, and said on the session."""

from datetime import timedelta

from lxml import etree

from odoo import fields
from odoo.tests import tagged

from odoo.addons.psynamica_zoom.services.read_back import REMARKS

from .lost_case import BLIND
from .session_case import SessionCase
from .zoom_case import ANNA

PATCHES = {"method": "PATCH", "path": "/v2/meetings/.*"}


class ReadBackCase(SessionCase):
    def setUp(self):
        super().setUp()
        self.event = self.plan_session()

    def move(self, **by):
        self.event.write(
            {
                "start": self.event.start + timedelta(**by),
                "stop": self.event.stop + timedelta(**by),
            }
        )
        self.deliver()

    def remarks(self, user=None):
        return self.event.with_user(user or self.therapist).video_remarks

    def row(self):
        return self.meeting_of(self.event)

    def ignore_changes(self, times):
        """Let Zoom say yes to changes and make none."""
        self.sim.fault(**PATCHES, status=204, body="", times=times)


@tagged("post_install", "-at_install")
class TestRemarks(ReadBackCase):
    def test_nothing_is_said_when_all_is_as_asked(self):
        self.deliver()
        self.move(hours=1)
        self.assertFalse(self.row().remarks)
        self.assertFalse(self.remarks())

    def test_what_the_account_forces_is_told_by_the_answer_to_a_create(self):
        self.connection = self.connect(self.therapist, scopes=list(BLIND))
        self.sim.account(
            ANNA,
            locks={
                "waiting_room": False,
                "meeting_authentication": True,
                "auto_recording": "cloud",
                "auto_start_meeting_summary": True,
            },
        )
        self.deliver()
        self.assertEqual(
            self.row().remarks.split(),
            [
                "sign_in_forced",
                "recording_forced",
                "assistant_forced",
                "waiting_room_refused",
            ],
        )
        self.assertIn("records this meeting automatically", self.remarks())
        self.assertIn("clients need a Zoom account", self.remarks())
        self.assertEqual(self.event.video_state, "ready")
        # Nothing can be read after a change, so what was known stays.
        self.move(hours=1)
        self.assertIn("recording_forced", self.row().remarks)

    def test_a_change_is_read_back(self):
        self.deliver()
        self.sim.account(ANNA, locks={"auto_recording": "local"})
        self.move(hours=1)
        self.assertEqual(self.row().remarks, "recording_forced")
        self.sim.account(ANNA, locks={})
        self.move(hours=1)
        self.assertFalse(self.row().remarks)
        self.assertFalse(self.remarks())

    def test_settings_the_account_does_not_have(self):
        self.sim.account(ANNA, dropped_settings=["waiting_room"])
        self.deliver()
        self.assertEqual(self.row().remarks, "waiting_room_refused")

    def test_a_passcode_that_was_changed_at_zoom_is_news_as_long_as_it_matters(self):
        self.deliver()
        self.sim.update_meeting(self.row().zoom_id, password="Neu123")
        self.move(hours=1)
        self.assertEqual(self.row().remarks, "passcode_changed")
        self.assertEqual(self.row().passcode, "Neu123")
        self.assertNotIn("Neu123", self.remarks())
        self.move(hours=1)
        self.assertEqual(self.row().remarks, "passcode_changed")

    def test_a_passcode_that_zoom_sets_later(self):
        self.deliver()
        self.row().passcode = False  # as of an account without passcodes
        self.move(hours=1)
        self.assertEqual(self.row().remarks, "passcode_forced")

    def test_a_new_room_starts_without_remarks(self):
        self.deliver()
        self.row().remarks = "passcode_changed"
        self.event.with_user(self.therapist).action_zoom_new_room()
        self.deliver()
        self.assertFalse(self.remarks())

    def test_a_start_in_the_past_is_a_remark_and_no_failure(self):
        """Zoom ignores it; the room is open all the same."""
        self.deliver()
        now = fields.Datetime.now().replace(second=0)
        self.event.write(
            {
                "start": now - timedelta(minutes=10),
                "stop": now + timedelta(minutes=40),
            }
        )
        self.deliver()
        self.assertEqual(self.row().state, "ready")
        self.assertEqual(self.row().remarks, "start_ignored")
        self.assertTrue(self.remarks())

    def test_who_is_told(self):
        self.deliver()
        self.row().remarks = "recording_forced"
        self.assertTrue(self.remarks(self.therapist))
        self.assertFalse(self.remarks(self.colleague))
        self.event.action_archive()
        self.assertFalse(self.remarks(self.therapist))

    def test_every_remark_has_its_words(self):
        words = self.env["calendar.event"]._video_remark_words()
        self.assertEqual(set(words), set(REMARKS))
        self.deliver()
        self.row().remarks = "recording_forced forgotten_in_a_later_release"
        self.assertEqual(self.remarks(), words["recording_forced"])

    def test_the_session_page_shows_them(self):
        view = (
            self.env["calendar.event"]
            .with_user(self.therapist)
            .get_view(view_type="form")
        )
        [line] = etree.fromstring(view["arch"]).xpath("//div[@name='video_remarks']")
        self.assertEqual(line.get("invisible"), "not video_remarks")
        self.assertTrue(line.xpath(".//field[@name='video_remarks']"))


@tagged("post_install", "-at_install")
class TestTimeIgnored(ReadBackCase):
    def link_leads_to(self):
        token = self.event.videocall_location.rsplit("/", 1)[-1]
        return self.env["calendar.event"]._video_resolve(token)

    def test_another_time_is_told_once_more(self):
        self.deliver()
        self.ignore_changes(times=1)
        self.sim.clear_calls()
        self.move(hours=1)
        self.assertEqual(len(self.calls("PATCH")), 2)
        self.assertEqual(self.row().state, "ready")
        self.assertFalse(self.row().error_reason)
        [there] = self.at_zoom().values()
        self.assertEqual(there["start_time"], f"{self.event.start.isoformat()}Z")

    def test_then_a_person_has_to_look(self):
        self.deliver()
        self.ignore_changes(times=2)
        self.sim.clear_calls()
        self.move(hours=1)
        self.assertEqual(len(self.calls("PATCH")), 2)
        row = self.row()
        self.assertEqual((row.state, row.error_reason), ("failed", "time_ignored"))
        self.assertFalse(row.next_attempt_at)
        self.assertLess(row.delivered, row.wanted)
        self.assertEqual(self.event.video_state, "failed")
        self.assertIn("another time", self.event.video_state_text)
        self.assertEqual(
            self.link_leads_to()["url"], row.join_url, "the room is open all the same"
        )
        self.event.with_user(self.therapist).action_zoom_retry()
        self.deliver()
        self.assertEqual(self.row().state, "ready")
        self.assertFalse(self.remarks())

    def test_a_person_who_tries_again_gets_two_tries_too(self):
        self.deliver()
        self.ignore_changes(times=3)
        self.move(hours=1)
        self.event.with_user(self.therapist).action_zoom_retry()
        self.deliver()
        self.assertEqual(self.row().state, "ready")

    def test_another_length_counts_too(self):
        self.deliver()
        self.ignore_changes(times=2)
        self.event.stop += timedelta(minutes=10)
        self.deliver()
        self.assertEqual(self.row().error_reason, "time_ignored")

    def test_another_time_in_the_answer_to_a_create(self):
        self.connection = self.connect(self.therapist, scopes=list(BLIND))
        number = str(
            self.sim.create_meeting(
                ANNA, topic="Wrong", start_time="2036-12-01T14:00:00Z", duration=50
            )["id"]
        )
        told = self.sim.meeting(number)
        self.sim.fault(method="POST", path="/v2/.*", status=201, json=told)
        self.deliver()
        row = self.row()
        # Told once more by a change, which cannot be read back here.
        self.assertEqual(row.zoom_id, number)
        self.assertEqual(row.state, "ready")
        self.assertEqual(
            self.at_zoom()[number]["start_time"], f"{self.event.start.isoformat()}Z"
        )

    def test_without_reading_nothing_is_suspected(self):
        self.connection = self.connect(self.therapist, scopes=list(BLIND))
        self.deliver()
        self.ignore_changes(times=1)
        self.move(hours=1)
        self.assertEqual(self.row().state, "ready")

    def test_a_read_that_fails_is_no_reason_to_say_it_again(self):
        self.deliver()
        self.sim.fault(method="GET", path="/v2/meetings/.*", preset="500")
        self.sim.clear_calls()
        self.move(hours=1)
        self.assertEqual(len(self.calls("PATCH")), 1)
        self.assertEqual(self.row().state, "ready")

    def test_an_edit_meanwhile_counts_anew(self):
        self.deliver()
        row = self.row()
        row.times_ignored = 1
        call = row._call()
        self.assertIsNone(call, "all is said")
        self.event.start += timedelta(hours=1)
        self.event.stop += timedelta(hours=1)
        self.commit()
        self.assertEqual(row.times_ignored, 0)
        call = row._call()
        row._want()
        row._tell_time_again(call)
        self.assertEqual(row.state, "changing")
        self.assertTrue(row.next_attempt_at)
        self.assertEqual(row.times_ignored, 0)
