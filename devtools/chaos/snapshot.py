# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What is left after a run: the database by SQL, Zoom by what it would show.

Knows the tables of the addon by name and nothing of its code.
"""

from datetime import datetime, timezone

from devtools import sql_runner
from devtools.chaos import mails
from devtools.chaos.checker import Host, Meeting, Row, Session, Snapshot
from devtools.chaos.pauses import IS_PAUSED, NOTIFICATIONS
from devtools.chaos.people import CLIENTS, client_email

_HOSTS = """
select users.id, coalesce(conn.state, ''),
       coalesce(conn.access_token_sealed, conn.refresh_token_sealed) is not null,
       exists (select from mail_activity activity where activity.user_id = users.id
                  and activity.active is not false)
  from res_users users left join psynamica_zoom_connection conn
    on conn.user_id = users.id
 where users.id = any(%s)
"""
_SESSIONS = """
select event.id, event.name, event.user_id, event.start, event.stop,
       coalesce(series.event_tz, organiser.tz, 'UTC'), event.active, event.allday,
       coalesce(event.video_choice, 'none'),
       (select count(*) from calendar_event_res_partner_rel guest
         where guest.calendar_event_id = event.id
           and guest.res_partner_id <> users.partner_id),
       exists (select from calendar_attendee mine
                where mine.event_id = event.id and mine.state = 'declined'
                  and mine.partner_id = users.partner_id),
       event.recurrency or event.recurrence_id is not null,
       exists (select from psynamica_zoom_proposal proposal
                where proposal.event_id = event.id and proposal.state = 'open')
  from calendar_event event
  join res_users users on users.id = event.user_id
  join res_partner organiser on organiser.id = users.partner_id
  left join calendar_recurrence series on series.id = event.recurrence_id
 where event.user_id = any(%s)
"""
_ROWS = f"""
select meeting.id, meeting.event_id, coalesce(meeting.zoom_id, ''), meeting.marker,
       conn.user_id, meeting.state, meeting.next_attempt_at is not null,
       meeting.next_attempt_at is not null
         and (coalesce(meeting.error_reason, '') = 'daily_limit'
                and meeting.next_attempt_at
                    < date_trunc('day', now() at time zone 'UTC')
                      + interval '1 day 5 min'
              or {IS_PAUSED}),
       {IS_PAUSED} and exists (
         select from psynamica_zoom_reconciliation comparison
          where comparison.connection_id = conn.id and comparison.state = 'waiting'
            and comparison.next_at > now() at time zone 'UTC')
  from psynamica_zoom_meeting meeting
  left join psynamica_zoom_connection conn on conn.id = meeting.connection_id
"""  # noqa: S608 (put together from constants)
_MAILS = "select count(*) from mail_mail where state = 'outgoing'"


def take(stack, sim, people, ledger, listed):
    """The :class:`~devtools.chaos.checker.Snapshot` of this moment.

    *listed*: ids of the meeting rows that "Needs attention" shows.
    """

    def rows(statement, *parameters):
        return sql_runner.run(stack.driver_words(), statement, parameters)

    emails = {one.uid: one.zoom_email for one in people.therapists}
    known = list(emails)
    return Snapshot(
        now=datetime.now(timezone.utc),
        hosts=tuple(
            Host(uid, emails[uid], state, has_tokens, is_told)
            for uid, state, has_tokens, is_told in rows(_HOSTS, known)
        ),
        sessions=tuple(_session(*row) for row in rows(_SESSIONS, known)),
        rows=tuple(
            Row(*row[:-1], is_listed=row[0] in listed, is_unseen=row[-1])
            for row in rows(_ROWS)
        ),
        meetings=tuple(_meeting(one) for one in sim.meetings()),
        mails=mails.read(stack.mails()),
        waiting_notifications=rows(NOTIFICATIONS)[0][0],
        waiting_mails=rows(_MAILS)[0][0],
        asked_starts={
            name: {_utc(datetime.fromisoformat(start)) for start in starts}
            for name, starts in ledger.starts.items()
        },
        connects={one.email: ledger.connects[one.email] for one in people.therapists},
        own_meetings={
            str(number): _of_zoom(start)
            for number, start in ledger.own_meetings.items()
        },
        clients=frozenset(map(client_email, range(CLIENTS))),
    )


def _session(id_, name, user_id, start, stop, zone, *rest):
    return Session(id_, name, user_id, _utc(start), _utc(stop), zone, *rest)


def _meeting(one):
    return Meeting(
        number=str(one["id"]),
        host=one["host"],
        start=_of_zoom(one.get("start_time")),
        minutes=one.get("duration") or 0,
        zone=one.get("timezone", ""),
        agenda=one.get("agenda") or "",
        ours=one["creation_source"] == "open_api",
        alive=one["deleted_at"] is None,
    )


def _utc(moment):
    """Odoo's moments are naive UTC."""
    return moment.replace(tzinfo=timezone.utc)


def _of_zoom(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00")) if text else None
