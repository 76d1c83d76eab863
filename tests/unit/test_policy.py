import json
from datetime import timedelta
from typing import Any

import pytest

from care.domain.policy import DEFAULT_POLICIES, Policy
from care.domain.states import Severity

MINUTE = timedelta(minutes=1)


def policy(**changed: Any) -> Policy:
    sound: dict[str, Any] = {
        "remind_unclaimed": (MINUTE,),
        "climb_unclaimed": (5 * MINUTE,),
        "ask_claimed": MINUTE,
        "climb_claimed": MINUTE,
    }
    return Policy(**{**sound, **changed})


@pytest.mark.parametrize("severity", Severity)
def test_a_policy_copied_onto_an_item_comes_back_the_same(severity: str) -> None:
    kept = json.loads(json.dumps(DEFAULT_POLICIES[severity].as_record()))
    assert Policy.from_record(kept) == DEFAULT_POLICIES[severity]


def test_what_was_kept_before_a_figure_existed_has_none_of_it() -> None:
    kept = dict(DEFAULT_POLICIES["normal"].as_record())
    del kept["listed_after"], kept["lapse_raised"]
    read = Policy.from_record(kept)
    assert (read.listed_after, read.lapse_raised) == (None, None)


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"remind_unclaimed": ()}, "at least one"),  # would never remind
        ({"climb_unclaimed": ()}, "at least one"),  # would never climb
        ({"ask_claimed": timedelta(0)}, "longer than zero"),  # would ask for ever
        ({"remind_unclaimed": (MINUTE, timedelta(0))}, "longer than zero"),
        ({"remind_max": -MINUTE}, "longer than zero"),
        ({"climb_unclaimed": (5 * MINUTE, 5 * MINUTE)}, "ascend"),  # two rungs at one moment
    ],
)
def test_a_policy_that_makes_no_sense_is_refused(changed: dict[str, Any], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        policy(**changed)
