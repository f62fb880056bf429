"""Figures, intervals, schedules and searches, against what is known of them."""

import random
from itertools import islice
from statistics import mean

import pytest
from hdrh.histogram import HdrHistogram
from scipy.stats import t

from shared.compare.difference import T_99, difference, interval
from shared.compare.figures import Recorder, spread
from shared.compare.plan import BURST, Plan, PlanError, parse_mix, picks, shots, starts
from shared.compare.ramp import NARROW, TRIES, Search
from shared.compare.scenarios import SCENARIOS


def test_a_recorder_agrees_with_the_exact_spread_to_three_digits() -> None:
    seconds = [index / 7e5 for index in range(1, 5000)]
    recorder = Recorder()
    recorder.record(seconds[:2000])
    recorder.record(seconds[2000:])
    exact, recorded = spread(seconds), recorder.spread()
    assert exact is not None
    assert recorded is not None
    assert recorded.shown() == pytest.approx(exact.shown(), rel=2e-3, abs=2e-3)
    assert sum(one.count for one in recorder.bins()) == len(seconds) == recorded.count


def test_other_tools_can_read_the_recorded_histogram() -> None:
    recorder = Recorder()
    recorder.record([0.001] * 9 + [0.5])
    read = HdrHistogram.decode(recorder.encoded())
    assert read.get_total_count() == 10
    assert read.get_value_at_percentile(50) == pytest.approx(1000, rel=1e-3)
    assert read.get_max_value() == pytest.approx(500_000, rel=1e-3)


def test_the_quantiles_are_students() -> None:
    assert list(T_99) == pytest.approx([t.ppf(0.995, degrees) for degrees in range(1, 31)], abs=6e-4)


def test_an_interval_leaves_out_the_truth_one_time_in_a_hundred() -> None:
    chance = random.Random(1)  # noqa: S311 - noise, not secrets
    missed = 0
    for _ in range(2000):
        low, high = interval([chance.gauss(3, 1) for _ in range(6)])
        missed += not low <= 3 <= high
    assert 5 <= missed <= 40  # 20 are expected; outside these bounds in less than one run of 5,000


def test_differences_are_paired_by_round_and_told_in_words() -> None:
    values = {"a": {0: 10.0, 1: 20.0, 2: 30.0}, "b": {0: 12.0, 1: 22.1, 2: 31.9, 3: 99.0}}
    found = difference("p50", "ms", "b", "a", values)
    assert found is not None
    assert found.rounds == 3
    assert found.mean == pytest.approx(2.0)
    assert found.is_clear
    assert found.words.startswith("p50: b has 1.4")
    assert "ms more than a (10%)" in found.words
    other = difference("p50", "ms", "b", "a", {"a": {0: 1, 1: 2}, "b": {0: 2, 1: 1}})
    assert other is not None
    assert not other.is_clear
    assert "no difference between b and a beyond the interval" in other.words
    assert difference("p50", "ms", "b", "a", {"a": {0: 1}, "b": {0: 2}}) is None


@pytest.mark.parametrize("arrivals", ["poisson", "constant", "bursts"])
def test_schedules_keep_their_rate_and_repeat_by_their_seed(arrivals: str) -> None:
    made = [starts(320, 20, arrivals, seed) for seed in (1, 1, 2)]  # type: ignore[arg-type]  # the parameter's values are Arrivals
    assert made[0] == made[1]
    assert (made[0] == made[2]) == (arrivals != "poisson")
    assert len(made[0]) == pytest.approx(320 * 20, rel=0.05)
    assert made[0] == sorted(made[0])
    if arrivals == "bursts":
        assert made[0][:BURST] == [0.0] * BURST


def test_kinds_come_by_their_shares_and_trainings_once_a_round() -> None:
    pools = {"classify": [0, 1], "predict": [2], "train": [3]}
    chosen = list(islice(picks({"classify": 0.9, "predict": 0.1}, pools, 0), 5000))
    assert mean(pick == 2 for pick in chosen) == pytest.approx(0.1, abs=0.02)
    schedule = shots(Plan(rate=100, train="request"), 100, 2.0, pools, 0)
    assert [pick for _, pick in schedule].count(3) == 1


def test_a_mix_is_read_and_its_mistakes_are_all_named() -> None:
    assert parse_mix("classify=3, predict=1") == {"classify": 0.75, "predict": 0.25}
    with pytest.raises(PlanError, match=r"'x' is not KIND=SHARE; 'y' is none of .*; the share of predict"):
        parse_mix("x,y=1,predict=-1")


@pytest.mark.parametrize("limit", [1.0, 130.0, 777.0, 20_000.0])
def test_a_search_ends_near_the_limit(limit: float) -> None:
    search = Search()
    for _ in range(100):
        if search.is_over:
            break
        search.note(search.rate <= limit)
    assert search.is_over
    assert search.highest <= limit < search.highest * NARROW or limit < 2


def test_a_rate_is_given_up_when_it_has_failed_every_time() -> None:
    search = Search()
    first = search.rate
    for _ in range(TRIES - 1):
        search.note(held=False)
        assert search.rate == first
    search.note(held=True)
    assert search.rate == 2 * first
    for _ in range(TRIES):
        search.note(held=False)
    assert first < search.rate < 2 * first


def test_every_scenario_can_be_run_and_says_two_sentences() -> None:
    for scenario in SCENARIOS:
        scenario.plan.check()
        assert scenario.look_at.count(". ") == 1
        assert scenario.look_at.endswith(".")
