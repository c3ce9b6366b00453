# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A practice that has worked for years: booked sessions, their events and meetings."""

from datetime import timedelta

from benchmarks import calendar_work, copies

THERAPISTS = 50
COMING = 10  # sessions of each therapist that are still to come, whatever the size
A_DAY = 8
_RANDOM = "md5(random()::text || clock_timestamp()::text || row.n::text)"


class FullPractice:
    """One database with as many sessions as asked for, nearly all of them over."""

    def __init__(self, odoo, database, zoom, sessions):
        self._odoo = odoo
        self.database = database
        with odoo.transaction(database, **calendar_work.QUIET) as env:
            users, client = calendar_work.people(
                env, THERAPISTS, prefix=f"of{sessions}-"
            )
            group = env.ref("psynamica_booking.group_therapist")
            users.write({"group_ids": [(4, group.id)]})
            self.user_ids, self.client_id = users.ids, client.id
            zoom.connect(env, users)
            self.service_id = self._make_service(env, users)
            bookings = [self._book(env, user) for user in users]
        self.deliver()
        with odoo.transaction(database) as env:
            for booking in bookings:
                self._multiply(env, booking, sessions // THERAPISTS)
            self._fill_inbox(env, sessions)
        with odoo.registry(database).cursor() as cr:
            cr.execute("analyze")

    def deliver(self):
        """Lets Zoom be told, as the scheduled action does."""
        with self._odoo.transaction(self.database) as env:
            env.ref("psynamica_zoom.ir_cron_deliver").method_direct_trigger()

    def _make_service(self, env, users):
        return (
            env["psynamica.booking.service"]
            .create({"name": "Bench", "minutes": 50, "user_ids": [(6, 0, users.ids)]})
            .id
        )

    def _book(self, env, user):
        """Books the session of which all others are copies; its id."""
        service = env["psynamica.booking.service"].browse(self.service_id)
        start = calendar_work.in_days(env, 1, 7)
        clients = [{"partner_id": self.client_id}]
        participant = env["psynamica.booking"]._book(service, user, start, clients)
        return participant.booking_id.id

    def _multiply(self, env, booking_id, count):
        booking = env["psynamica.booking"].browse(booking_id)
        event, participant = booking.event_id, booking.participant_ids
        (meeting,) = env["psynamica.zoom.meeting"].search([("event_id", "=", event.id)])
        assert meeting.state == "ready", meeting.state
        start = _sql_start(booking.start)
        stop = f"{start} + interval '50 minutes'"
        multiply, cr = copies.multiply, env.cr
        events = multiply(
            cr,
            "calendar_event",
            event.id,
            range(count),
            start=start,
            stop=stop,
            video_token=_RANDOM,
            access_token=_RANDOM,
        )
        for attendee in event.attendee_ids:
            multiply(
                cr,
                "calendar_attendee",
                attendee.id,
                events,
                event_id="row.id",
                access_token=_RANDOM,
                video_token=_RANDOM,
            )
        multiply(
            cr,
            "calendar_event_res_partner_rel",
            event.id,
            events,
            calendar_event_id="row.id",
        )
        multiply(
            cr,
            "psynamica_zoom_meeting",
            meeting.id,
            events,
            event_id="row.id",
            session_start=start,
            session_stop=stop,
            marker=f"left({_RANDOM}, 20)",
            code="'Z' || lpad(row.id::text, 7, '0')",
            zoom_id="(80000000000 + row.id)::text",
            zoom_uuid=_RANDOM,
            join_url=f"'https://zoom.example/j/' || row.id || '?pwd=' || {_RANDOM}",
        )
        bookings = multiply(
            cr,
            "psynamica_booking",
            booking.id,
            events,
            event_id="row.id",
            reference="'B' || row.id",
            start=start,
            stop=stop,
            state=f"case when row.n <= {COMING} then 'confirmed' else 'done' end",
        )
        multiply(
            cr,
            "psynamica_booking_participant",
            participant.id,
            bookings,
            booking_id="row.id",
            token=_RANDOM,
        )

    def _fill_inbox(self, env, count):
        """As many notifications as sessions, all of them acted on."""
        env.cr.execute(
            "insert into psynamica_zoom_notification"
            " (key, event, event_at, received_at, facts, state, attempts)"
            " select md5(n::text), 'meeting.started', moment, moment, '{}', 'done', 0"
            " from generate_series(1, %s) n,"
            " lateral (select now() - n * interval '10 minutes' as moment) past",
            [count],
        )


def _sql_start(first):
    """SQL for the start of the n-th: a few to come, the others in the past days.

    Eight a day, one every hour, so that none overlaps another.
    """
    coming = f"timestamp '{first + timedelta(days=1)}'"
    past = f"timestamp '{first - timedelta(days=2)}'"
    hours = f"((row.n - 1) %% {A_DAY}) * interval '1 hour'"
    return (
        f"case when row.n <= {COMING}"
        f" then {coming} + ((row.n - 1) / {A_DAY}) * interval '1 day' + {hours}"
        f" else {past} - ((row.n - 1) / {A_DAY}) * interval '1 day' + {hours} end"
    )
