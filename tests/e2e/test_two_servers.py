# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Two hosts, one database, jobs: one host dies in the middle of a drain."""

from devtools import queue_drain
from devtools.chaos import checker, snapshot
from devtools.chaos.rest import LEFT, Rest
from devtools.stack import start_stack
from zoom_simulator.sim_client import SimClient

THERAPISTS = 12
MEETINGS = 300
LATENCY_S = 0.4
BEFORE_THE_KILL = 60
LONGEST_S = 240
_HOSTS = """
select count(distinct worker_pid) from queue_job
 where channel = 'root.zoom.delivery' and worker_pid > 0
"""


def test_the_other_server_finishes_and_nothing_is_doubled():
    """What the first had begun is neither lost nor done twice."""
    with start_stack(queue=True, hosts=2) as stack:
        sim = SimClient(stack.simulator_url, str(stack.ca_file))
        try:
            with queue_drain.Drain(stack, sim, THERAPISTS) as drain:
                _drain(stack, sim, drain)
        finally:
            sim.close()


def _drain(stack, sim, drain):
    drain.wait_for_runner()
    sim.latency(LATENCY_S)
    drain.begin(MEETINGS, with_mails=True)
    drain.wait_until(lambda: drain.ready() >= BEFORE_THE_KILL, LONGEST_S, "begin")
    hosts = stack.psql(_HOSTS)[0][0]
    stack.kill_odoo()
    at_the_kill = drain.ready()

    def the_rest_is_done():
        return drain.left() <= len(drain.claimed())

    took_s = drain.wait_until(the_rest_is_done, LONGEST_S, "go on")
    begun = drain.claimed()
    print(
        f"{at_the_kill} of {MEETINGS} at the kill, by {hosts} hosts; the other "
        f"went on in {took_s:.0f} s; {len(begun)} were on their way when it died"
    )
    # What Zoom told the dead server it tells again.  Where the list of meetings may not
    # be read, only this says what came of what was on its way.
    sim.latency(0)
    rest = Rest(stack, sim, drain.people, print)
    rest.deliver_notifications()
    # What was on its way is waited for, as its process may only be slow: an
    # administrator who does not want to wait can have it tried again.
    drain.people.admin.call("psynamica.zoom.meeting", "action_retry", begun)
    drain.wait_until(lambda: not any(stack.psql(LEFT)[0]), LONGEST_S, "finish")
    # Zoom tells of what was done last, too.
    rest.deliver_notifications()
    drain.wait_until(lambda: not any(stack.psql(LEFT)[0]), LONGEST_S, "be told")

    findings = checker.check(
        snapshot.take(stack, sim, drain.people, drain.ledger, listed=())
    )
    assert findings.sentences() == []
    assert findings.checked == MEETINGS
    assert drain.ready() == MEETINGS
    assert len(sim.meetings(alive=True)) == MEETINGS
    # Without these it would have shown nothing.
    assert at_the_kill <= MEETINGS - BEFORE_THE_KILL
    assert hosts == 2
