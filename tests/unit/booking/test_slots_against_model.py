# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The quick arithmetic against the slow one."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from psynamica_booking.services.periods import Period
from psynamica_booking.services.slots import days_to_know, free_slots, is_free
from psynamica_booking.services.wall_clock import days_period

from .slow_model import SlowModel
from .worlds import MINUTES, PLACES, Told, worlds


def slots_of(told, window=None, **changes):
    agenda = told.agenda(**changes)
    return free_slots(told.rules, agenda, told.now, window or told.window)


@pytest.mark.parametrize("place", PLACES, ids=lambda place: f"{place[0]} {place[1]}")
@settings(max_examples=15)
@given(data=st.data())
def test_the_free_slots_are_those_of_the_slow_model(place, data):
    world = data.draw(worlds(place))
    told = Told(world)

    minutes = [told.minute(slot) for slot in slots_of(told)]

    assert minutes == SlowModel(world).free_starts()


@settings(max_examples=50)
@given(worlds(), st.lists(MINUTES, min_size=1, max_size=60))
def test_one_start_is_free_exactly_when_it_is_among_the_slots(world, minutes):
    told, model = Told(world), SlowModel(world)
    agenda = told.agenda()
    slots = set(map(told.minute, slots_of(told)))
    # And what the clock shows the same at, on the day it is put back.
    asked = {*minutes, *(slot + n for slot in slots for n in (-60, -30, 0, 30, 60))}

    for minute in asked:
        moment = told.moment(minute)
        answer = is_free(told.rules, agenda, told.now, moment)
        assert answer == model.is_free(int(minute)), moment


@settings(max_examples=50)
@given(worlds(), st.data())
def test_two_halves_of_a_window_have_the_slots_of_the_whole(world, data):
    told = Told(world)
    first, stop = world.window
    middle = data.draw(st.integers(first, stop))

    halves = [
        slot
        for start, end in ((first, middle), (middle, stop))
        if start < end
        for slot in slots_of(told, told.period(start, end))
    ]

    assert halves == slots_of(told)


@settings(max_examples=50)
@given(worlds())
def test_it_is_enough_to_know_the_days_to_know(world):
    told = Told(world)
    first_day, last_day = days_to_know(told.rules, told.zone, told.window)
    known = days_period(first_day, last_day, told.zone)
    month = timedelta(days=28)

    def overlapping(periods):
        return [p for p in periods if p.start < known.stop and known.start < p.stop]

    everything = told.agenda(hours=told.hours(first_day - month, last_day + month))
    enough = told.agenda(
        hours=told.hours(first_day, last_day),
        busy=overlapping(everything.busy),
        closed=overlapping(everything.closed),
        breaks=overlapping(everything.breaks),
        booked_starts=[
            start
            for start in everything.booked_starts
            if known.start <= start < known.stop
        ],
    )

    def slots(agenda):
        return free_slots(told.rules, agenda, told.now, told.window)

    assert slots(enough) == slots(everything)


@settings(max_examples=50)
@given(worlds())
def test_more_events_never_free_a_slot(world):
    told = Told(world)
    free = slots_of(told)
    if not free:
        return
    taken = Period(free[0], free[0] + timedelta(minutes=1))

    fewer = slots_of(told, busy=[*told.busy(), taken])

    assert set(fewer) < set(free) or free[0] in told.agenda().joinable
