"""Turns at the gate: how many at once, whose, in which order, and for how long."""

import time
from collections import Counter, deque
from concurrent.futures import ThreadPoolExecutor

import pytest

from tongban.kernel.query.engines.gate import Busy, Gate, Left


def admitted(tickets):
    return [ticket.share for ticket in tickets if ticket.state == "admitted"]


def served(tickets):
    """The shares in the order in which they are let in, each leaving at once."""
    order = []
    while running := [ticket for ticket in tickets if ticket.state == "admitted"]:
        order.append(running[0].share)
        running[0].leave()
    return order


def test_no_more_run_than_there_are_slots():
    gate = Gate(2)
    tickets = [gate.ask(share) for share in "abcd"]
    assert admitted(tickets) == ["a", "b"]
    tickets[0].leave()
    assert admitted(tickets) == ["b", "c"]


def test_queues_are_served_in_turn_whatever_their_length():
    gate = Gate(1)
    tickets = [gate.ask(share) for share in ["x", *"aaaaa", "b", "c", "b"]]
    assert "".join(served(tickets)) == "xabcabaaa"


def test_one_share_is_served_in_the_order_it_asked():
    gate = Gate(1)
    tickets = [gate.ask("a") for _ in range(5)]
    order = []
    for _ in tickets:
        (running,) = (each for each in tickets if each.state == "admitted")
        order.append(tickets.index(running))
        running.leave()
    assert order == [0, 1, 2, 3, 4]


def test_newcomers_wait_behind_no_more_than_one_of_a_flood():
    gate = Gate(1)
    flood = [gate.ask("flood") for _ in range(100)]
    late = gate.ask("late")
    flood[0].leave()
    flood[1].leave()
    assert late.state == "admitted"


@pytest.mark.parametrize(("slots", "held"), [(1, 1), (2, 1), (4, 3)])
def test_the_last_slot_is_for_another(slots, held):
    gate = Gate(slots)
    flood = [gate.ask("flood") for _ in range(10)]
    assert len(admitted(flood)) == held
    if slots > 1:
        assert gate.ask("late").state == "admitted"


def test_one_who_waited_too_long_is_told_when_to_return():
    gate = Gate(1, patience_s=0.05)
    holder = gate.ask("a")
    with pytest.raises(Busy) as busy, gate.turn("b"):
        pass
    assert busy.value.code == "query.busy"
    assert busy.value.facts["retry_s"] >= 1
    assert gate.waiting == 0
    holder.leave()
    with gate.turn("b"):
        assert gate.waiting == 0


def test_advice_grows_with_the_queue_and_with_what_statements_take():
    gate = Gate(1, patience_s=0.01)
    with gate.turn("a"):
        time.sleep(0.25)
    queue = [gate.ask("a") for _ in range(101)]
    with pytest.raises(Busy) as busy, gate.turn("a"):
        pass
    # A hundred wait, and the mean is 0.2 × 0.25 s so far.
    assert 5 <= busy.value.facts["retry_s"] <= 7
    assert len(queue) == 101


def test_one_who_leaves_the_queue_frees_its_turn():
    gate = Gate(1)
    first, second, third = (gate.ask("a") for _ in range(3))
    second.leave()
    first.leave()
    assert (second.state, third.state) == ("left", "admitted")
    with pytest.raises(Left):
        gate.wait(second)


def test_a_waiting_thread_wakes_when_its_ticket_is_given_up():
    gate = Gate(1)
    gate.ask("a")
    ticket = gate.ask("b")
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(gate.wait, ticket)
        ticket.leave()
        with pytest.raises(Left):
            waiting.result(timeout=5)
    assert gate.waiting == 0


def test_leaving_twice_frees_one_slot():
    gate = Gate(1)
    first, second, third = (gate.ask("a") for _ in range(3))
    first.leave()
    first.leave()
    assert (second.state, third.state) == ("admitted", "waiting")


def test_an_error_inside_frees_the_slot():
    gate = Gate(1)
    with pytest.raises(ZeroDivisionError), gate.turn("a"):
        _ = 1 / 0
    assert gate.ask("b").state == "admitted"


def test_shares_are_even_while_one_floods():
    """Eight organisations, one with six times the callers: equal throughput."""
    gate = Gate(2)
    callers = ["flood"] * 30 + [f"org{n}" for n in range(7)] * 5
    queue = deque(gate.ask(share) for share in callers)
    done: Counter[str] = Counter()
    for _ in range(800):
        running = [ticket for ticket in queue if ticket.state == "admitted"]
        assert len(running) == 2
        # The one that was let in first ends first, and its caller asks again.
        queue.remove(running[0])
        running[0].leave()
        done[running[0].share] += 1
        queue.append(gate.ask(running[0].share))
    assert len(done) == 8
    assert max(done.values()) - min(done.values()) <= 2


def test_no_more_threads_are_inside_than_there_are_slots():
    gate = Gate(2)
    inside: list[int] = []
    most: list[int] = []

    def call(share):
        for _ in range(20):
            with gate.turn(share):
                inside.append(1)
                most.append(len(inside))
                time.sleep(0.001)
                inside.pop()

    with ThreadPoolExecutor(12) as pool:
        for caller in [pool.submit(call, f"org{n % 4}") for n in range(12)]:
            caller.result()
    assert len(most) == 240
    assert max(most) == 2
