"""Comparisons of servers whose differences are known because they are scripted.

Delays are large against what a busy machine adds, and medians are looked at.
"""

from math import comb
from pathlib import Path
from statistics import median

import msgspec
import pytest

from shared.compare.comparison import Comparison
from shared.compare.difference import CONFIDENCE
from shared.compare.plan import Plan
from shared.compare.questions import RowsError
from shared.compare.target import TargetError
from tests.unit.compare.conftest import Compared, StartFake

pytestmark = pytest.mark.alone

SHORT = Plan(rate=80, arrivals="constant", rounds=3, seconds=0.5)
DELAY_S, STALL_S = 0.05, 0.5


def test_a_known_delay_is_found_within_five_percent(fake: StartFake, compared: Compared) -> None:
    plan = msgspec.structs.replace(SHORT, rate=40, rounds=5)
    found = compared(plan, quick=fake(), slow=fake("--delay", str(DELAY_S)))
    by_name = {total.target: total.spread.p50 for total in found.totals}
    assert by_name["slow"] - by_name["quick"] == pytest.approx(DELAY_S * 1e3, rel=0.05)
    (of_median,) = [one for one in found.differences if one.figure == "classify, p50"]
    assert of_median.low <= DELAY_S * 1e3 * 1.05
    assert of_median.high >= DELAY_S * 1e3 * 0.95
    assert of_median.is_clear
    assert "slow has" in of_median.words
    assert "more than quick" in of_median.words


def test_a_known_stall_is_found_within_five_percent_though_it_keeps_requests_from_being_sent(
    fake: StartFake, compared: Compared
) -> None:
    plan = Plan(rate=100, arrivals="constant", rounds=5, seconds=1.0, train="request", connections=8)
    found = compared(plan, stalls=fake("--stall", str(STALL_S)))
    slowest = median(one.spreads["classify"].max for one in found.rounds)
    assert slowest == pytest.approx(STALL_S * 1e3, rel=0.05)
    # A tenth of the stall is exceeded by those that were to start in the first nine tenths of it, sent or not.
    (total,) = [total for total in found.totals if total.kind == "classify"]
    waited = sum(one.count for one in total.bins if one.up_to_ms > STALL_S * 1e2) / plan.rounds
    assert waited == pytest.approx(0.9 * STALL_S * 100, rel=0.15)


def test_a_closed_loop_asks_no_more_while_it_waits(fake: StartFake, compared: Compared) -> None:
    plan = Plan(rounds=2, seconds=1.0, train="request", connections=4)
    found = compared(plan, stalls=fake("--stall", str(STALL_S), "--delay", "0.01"))
    for one in found.rounds:
        assert one.spreads["train"].count == 1
    (total,) = [total for total in found.totals if total.kind == "classify"]
    slow = sum(one.count for one in total.bins if one.up_to_ms > 0.8 * STALL_S * 1e3)
    assert slow <= plan.connections * plan.rounds


def test_equal_targets_differ_by_no_more_than_the_interval_says(fake: StartFake, compared: Compared, runs: int) -> None:
    one, other = fake("--delay", "0.005"), fake("--delay", "0.005")
    differences = [
        difference
        for seed in range(runs)
        for difference in compared(Plan(rate=100, rounds=6, seconds=0.5, seed=seed), one=one, other=other).differences
    ]
    clear = [difference.words for difference in differences if difference.is_clear]
    assert len(clear) <= _chance_finds(len(differences)), clear
    assert any("no difference between other and one beyond the interval" in one.words for one in differences)


def _chance_finds(tries: int) -> int:
    """How many intervals of `tries` may leave out zero by chance, but for one time in a thousand."""
    miss = 1 - CONFIDENCE
    for allowed in range(tries):
        if sum(comb(tries, k) * miss**k * (1 - miss) ** (tries - k) for k in range(allowed + 1)) > 0.999:
            return allowed
    return tries


def test_answers_that_disagree_come_first_and_fail(fake: StartFake, compared: Compared) -> None:
    found = compared(SHORT, right=fake(), wrong=fake("--odd", "10"))
    assert found.has_failed
    assert found.agreement.disagreeing > 0
    assert found.agreement_in_words().startswith("THE ANSWERS DISAGREE")
    assert "right: " in found.agreement.examples[0]
    assert "wrong: " in found.agreement.examples[0]


def test_targets_that_agree_are_said_to(fake: StartFake, compared: Compared) -> None:
    found = compared(SHORT, one=fake(), other=fake())
    assert not found.has_failed
    answered = sum(total.spread.count for total in found.totals if total.target == "other")
    assert found.agreement.judged >= answered
    assert found.agreement_in_words().startswith("The targets agree")


def test_failures_are_counted_by_what_they_were_and_have_no_latency(fake: StartFake, compared: Compared) -> None:
    found = compared(SHORT, broken=fake("--broken", "2"))
    failed = found.errors["broken"]["status 500"]
    (total,) = found.totals
    assert failed + total.spread.count == sum(one.sent for one in found.rounds)
    assert failed == pytest.approx(total.spread.count, abs=2 * SHORT.rounds)


def test_a_server_that_closes_each_connection_is_measured_too(fake: StartFake, compared: Compared) -> None:
    found = compared(SHORT, closes=fake("--close"))
    assert found.errors == {"closes": {}}
    assert found.totals[0].spread.count == sum(one.sent for one in found.rounds)


def test_every_target_gets_the_same_requests_at_the_same_times(fake: StartFake, compared: Compared) -> None:
    found = compared(msgspec.structs.replace(SHORT, arrivals="poisson"), one=fake(), other=fake())
    sent: dict[str, list[int]] = {"one": [], "other": []}
    for turn in range(SHORT.rounds):
        for one in found.rounds:
            if one.turn == turn:
                sent[one.target].append(one.sent)
    assert sent["one"] == sent["other"]
    assert [one.target for one in found.rounds] == ["one", "other", "other", "one", "one", "other"]


def test_a_ramp_finds_the_limit_of_a_server_that_takes_so_long(fake: StartFake, compared: Compared) -> None:
    # Eight connections, each held for 20 ms: no more than 400 requests a second, however fast the machine.
    plan = Plan(p99_limit_ms=200, rounds=2, connections=8, arrivals="constant")
    found = compared(plan, slow=fake("--delay", "0.02"))
    held = [step.rate for step in found.ramp if step.held]
    assert 250 <= max(held) <= 440
    assert {step.turn for step in found.ramp} == {0, 1}


def test_rows_come_from_a_file(fake: StartFake, compared: Compared, tmp_path: Path) -> None:
    rows = tmp_path / "rows.csv"
    rows.write_text("width,length,note\n1,2,a\n1.5,6,b\n")
    found = compared(SHORT, rows, one=fake(), other=fake())
    assert not found.has_failed
    rows.write_text("length,width\n1,x\n2\n3,4\n")
    with pytest.raises(RowsError, match=r"line 2: width must be a finite number; line 3: without width"):
        compared(SHORT, rows, one=fake())


def test_who_does_not_answer_is_named(compared: Compared) -> None:
    with pytest.raises(TargetError, match="nobody at http"):
        compared(SHORT, nobody="http://127.0.0.1:9")


def test_the_result_survives_its_own_json(fake: StartFake, compared: Compared) -> None:
    found = compared(SHORT, one=fake(), other=fake())
    assert msgspec.json.decode(msgspec.json.encode(found), type=Comparison) == found
