# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""When two mails tell the same."""

from email.message import EmailMessage

from devtools.chaos import mails

CALENDAR = """BEGIN:VCALENDAR
METHOD:REQUEST
BEGIN:VEVENT
UID:7
SEQUENCE:{sequence}
DTSTART:20261203T100000Z
END:VEVENT
END:VCALENDAR
"""


def mail(text, *, sequence=None):
    message = EmailMessage()
    message["Subject"] = "Please decide"
    message["X-Envelope-To"] = "anna@practice.example"
    message["Message-Id"] = "<1@practice.example>"
    message.set_content(text)
    if sequence is not None:
        message.add_attachment(
            CALENDAR.format(sequence=sequence).encode(),
            maintype="text",
            subtype="calendar",
            filename="session.ics",
        )
    return message.as_bytes()


def what(*args, **options):
    [parsed] = mails.parse(mail(*args, **options))
    return parsed.what


def test_the_same_words_tell_the_same_whatever_the_link():
    first = what("Moved to 10:00.\nhttps://practice.example/a?token=1")
    assert first == what("Moved to 10:00.\n\nhttps://practice.example/b?token=2")


def test_other_words_tell_something_else():
    assert what("Moved to 10:00.") != what("Moved to 11:00.")


def test_of_mails_with_a_calendar_file_the_file_counts():
    assert what("Hello", sequence=1) == what("Good day", sequence=1)
    assert what("Hello", sequence=1) != what("Hello", sequence=2)


_RAW = b"""\
X-Envelope-To: a@example.com, b@example.com\r
Subject: Invitation\r
Message-Id: <77@odoo>\r
MIME-Version: 1.0\r
Content-Type: multipart/mixed; boundary="x"\r
\r
--x\r
Content-Type: text/html\r
\r
<p>Hello</p>\r
--x\r
Content-Type: text/calendar\r
Content-Disposition: attachment; filename="invitation.ics"\r
\r
BEGIN:VCALENDAR\r
METHOD:REQUEST\r
BEGIN:VEVENT\r
UID:abc\r
 def\r
SEQUENCE:3\r
DTSTART;TZID=Europe/Berlin:20261206T130000\r
SUMMARY:Session\r
END:VEVENT\r
END:VCALENDAR\r
--x--\r
"""


def test_a_mail_is_reduced_to_what_it_tells():
    first, second = mails.parse(_RAW)

    assert (first.to, second.to) == ("a@example.com", "b@example.com")
    assert first.message_id == "<77@odoo>"
    assert first.is_of_session
    assert first.what == (
        "Invitation",
        "METHOD=REQUEST",
        "UID=abcdef",
        "SEQUENCE=3",
        "DTSTART=20261206T130000",
    )


def test_a_mail_without_a_file_is_not_of_a_session():
    (mail,) = mails.parse(
        b"X-Envelope-To: a@example.com\r\nSubject: Hello\r\nMessage-Id: <1@o>\r\n\r\nHi"
    )

    assert (mail.what, mail.is_of_session) == (("Hello", "Hi"), False)
