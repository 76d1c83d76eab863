"""Until when somebody is away, as people write it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from care.domain.errors import Refused
from care.domain.until import LONGEST, Wish, pause_words, until_of

SUNDAY = date(2026, 11, 22)

DAYS = {
    "2026-12-01": date(2026, 12, 1),
    "2026/12/1": date(2026, 12, 1),
    "2026年12月1日": date(2026, 12, 1),
    "12月1日": date(2026, 12, 1),
    "１２月１号": date(2026, 12, 1),  # full width
    "12/1": date(2026, 12, 1),
    "1月5日": date(2027, 1, 5),  # the next one
    "3d": date(2026, 11, 25),
    "3D": date(2026, 11, 25),
    "³d": date(2026, 11, 25),
    "3天": date(2026, 11, 25),
    "三天": date(2026, 11, 25),
    "两周": date(2026, 12, 6),
    "1w": date(2026, 11, 29),
    "一个星期": date(2026, 11, 29),
    "1个月": date(2026, 12, 22),
    "半个月": date(2026, 12, 7),
    "明天": date(2026, 11, 23),
    "大后天": date(2026, 11, 25),
    "tomorrow": date(2026, 11, 23),
    "下周一": date(2026, 11, 23),  # of the week that begins tomorrow
    "下星期天": date(2026, 11, 29),
    "周三": date(2026, 11, 25),  # the coming one
    "周日": date(2026, 11, 29),  # today is one: the next
    "friday": date(2026, 11, 27),
    "下个月1号": date(2026, 12, 1),
    "回来再说": None,
}


@pytest.mark.parametrize(("words", "day"), DAYS.items())
def test_a_day_as_people_write_it(words: str, day: date | None) -> None:
    assert until_of(words, SUNDAY) == day


WRONG = {
    "": "unclear",
    "很快": "unclear",
    "2月30日": "unclear",
    "2026-13-01": "unclear",
    "0d": "past",
    "今天": "past",  # that is today, she would be greeted all along
    "2026-11-22": "past",
    "2026-11-01": "past",
    "11月20日": "past",  # the day before yesterday, and hardly next year
    "9月1日": "past",
    "本周六": "past",
    "2028-01-01": "far",
    "999天": "far",
    "９９９d": "far",
    "3": "unclear",  # days? a building?
    "3号楼": "unclear",
    "1个月2天": "unclear",
    "12月1日" * 100: "unclear",
}


@pytest.mark.parametrize(("words", "why"), WRONG.items())
def test_what_is_no_day_ahead_is_answered_with_an_example(words: str, why: str) -> None:
    with pytest.raises(Refused) as refused:
        until_of(words, SUNDAY)
    assert refused.value.key == f"pause.until_{why}"
    assert refused.value.args_for_sentence == {"example": "2026-11-29"}


WISHES = {
    "王奶奶 12月1日": Wish("王奶奶", date(2026, 12, 1), True, ""),
    "王奶奶 3号楼 2026-12-01 去女儿家": Wish("王奶奶 3号楼", date(2026, 12, 1), True, "去女儿家"),
    "王奶奶 3-2 3d 出门": Wish("王奶奶 3-2", date(2026, 11, 25), True, "出门"),  # 3-2 is her building
    "王奶奶 12-1": Wish("王奶奶", date(2026, 12, 1), True, ""),  # nothing plainer is a day
    "王奶奶12月1日 住院": Wish("王奶奶", date(2026, 12, 1), True, "住院"),
    "王奶奶3天": Wish("王奶奶", date(2026, 11, 25), True, ""),
    "王奶奶 回来再说": Wish("王奶奶", None, True, ""),
    "王奶奶 3号楼": Wish("王奶奶 3号楼", None, False, ""),
    "Granny Wang tomorrow trip": Wish("Granny Wang", date(2026, 11, 23), True, "trip"),
    "3d": Wish("3d", None, False, ""),  # the name comes first
    "": Wish("", None, False, ""),
}


@pytest.mark.parametrize(("words", "wish"), WISHES.items())
def test_the_command_is_taken_apart(words: str, wish: Wish) -> None:
    assert pause_words(words, SUNDAY) == wish


def test_a_day_that_is_over_is_not_taken_for_a_part_of_the_name() -> None:
    with pytest.raises(Refused) as refused:
        pause_words("王奶奶 2025-12-01 住院", SUNDAY)
    assert refused.value.key == "pause.until_past"


@given(today=st.dates(date(2024, 1, 1), date(2032, 12, 31)), ahead=st.integers(1, LONGEST))
def test_a_full_date_means_itself_and_a_short_one_the_next_such_day(today: date, ahead: int) -> None:
    day = today + timedelta(days=ahead)
    assert until_of(day.isoformat(), today) == day
    assert until_of(f"{ahead}d", today) == day
    if ahead <= 270:
        assert until_of(f"{day.month}月{day.day}日", today) == day


@given(text=st.text(max_size=40), today=st.dates(date(2024, 1, 1), date(2032, 12, 31)))
def test_whatever_is_typed_is_a_day_ahead_or_refused(text: str, today: date) -> None:
    for read in (until_of, pause_words):
        found = _read_or_refused(read, text, today)
        if isinstance(found, Refused):
            assert found.key.startswith("pause.until_")
            continue
        day = found.until if isinstance(found, Wish) else found
        assert day is None or today < day <= today + timedelta(days=LONGEST)


def _read_or_refused(
    read: Callable[[str, date], date | Wish | None], text: str, today: date
) -> date | Wish | Refused | None:
    try:
        return read(text, today)
    except Refused as refused:
        return refused
