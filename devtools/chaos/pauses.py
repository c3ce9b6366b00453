# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Accounts that wait for Zoom's next day, as the database knows them.

Knows the tables of the addon by name and nothing of its code.
"""

# The keys of the circuit of a connection's account; `conn` is the connection.
ACCOUNT_KEYS = """
array['account/' || conn.zoom_account_mark, 'connection/' || conn.id]
"""
# Whether the account of `conn` is left alone for so long.
IS_PAUSED = f"""
exists (select from psynamica_zoom_circuit account
         where account.key = any({ACCOUNT_KEYS})
           and account.paused_until > now() at time zone 'UTC' + interval '10 min')
"""  # noqa: S608 (put together from constants)
# What is to be compared with Zoom waits as long as the account or the meeting does.
NOTIFICATIONS = f"""
select count(*) from psynamica_zoom_notification notification
 where state = 'pending' or state = 'waiting' and not exists (
       select from psynamica_zoom_meeting meeting
         join psynamica_zoom_connection conn on conn.id = meeting.connection_id
        where meeting.zoom_id = notification.facts ->> 'meeting_id'
          and ({IS_PAUSED} or meeting.error_reason = 'daily_limit'))
"""  # noqa: S608 (put together from constants)
