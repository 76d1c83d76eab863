"""What an elder reads, by value."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from care.domain.away import Absence, back_on
from care.domain.elders import ElderRecord, ElderState, Mode, Pause, PauseWhy, Sex
from care.domain.people import Person, Post, Role
from care.services.warmth import LINES
from handlers.content import Key, Keyboard
from handlers.render import elder as render
from handlers.render.elder import Her
from handlers.render.elder_news import back_news, left_news, watch_ended
from handlers.render.speaker import Speaker, units

NOW = datetime(2026, 11, 2, 0, 0, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Shanghai")
ZH, EN = Speaker("zh", ZONE, NOW), Speaker("en", ZONE, NOW)
WANG = ElderRecord(
    person=Person(id=1, name="王秀英", telegram_id=51, posts=frozenset({Post(Role.ELDER, "g3")})),
    state=ElderState.JOINED, state_since=NOW, mode=Mode.BUTTON, times=(), sex=Sex.FEMALE, birth_year=1945,
    building="3号楼", area="g3", pause=None, keyboard_at=None, greeted_at=None,
)  # fmt: skip
HER = Her(WANG, "海关社区", (time(8),))
SON = Person(id=2, name="李强<b>")
KEYS = Keyboard(((Key("✅ 我很好"),), (Key("🆘 需要帮助"),)), once=False, stays=True, tall=True)


def nameless(her: Her = HER) -> Her:
    return replace(her, record=replace(WANG, sex=None, birth_year=None))


def test_the_first_meeting_to_the_letter() -> None:
    shown = render.meeting(HER, ZH)
    assert shown.text == (
        "王奶奶您好！我是海关社区的平安小助手。每天早上我跟您问声好，您按一下“我很好”就行。"
        "哪天没按，先告诉您家里人，再请网格员来看看您。您愿意吗？"
    )
    assert [[b.label for b in row] for row in shown.buttons] == [["✅ 愿意", "🤔 再想想"]]
    assert "每天我跟您问声好" in render.meeting(replace(HER, times=(time(8), time(20))), ZH).text
    assert render.meeting(nameless(), ZH).text.startswith("您好！我是")


def test_the_rehearsal_brings_two_tall_keys() -> None:
    shown = render.rehearsal(HER, ZH)
    assert (shown.text, shown.keyboard) == ("王奶奶，谢谢您！\n咱们先练一次：请按一下“我很好”。", KEYS)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_warm_line_is_short_and_speaks_to_her(language: str) -> None:
    say = Speaker(language, ZONE, NOW)
    lines = [render.warm(HER, say, why="well", line=n, keyboard=False).text for n in range(LINES)]
    assert len(set(lines)) == LINES
    assert all(line.startswith(("王奶奶，", "Granny 王, ")) for line in lines)
    assert max(units(line) for line in lines) <= (30 if language == "zh" else 75)
    plain = [render.warm(nameless(), say, why="well", line=n, keyboard=False).text for n in range(LINES)]
    assert all(line and line[0] not in "，, " and not line[0].islower() for line in plain)


def test_an_answer_with_a_button_never_brings_the_keys_too() -> None:
    """One message carries one keyboard."""
    paused = replace(
        HER,
        record=replace(WANG, pause=Pause(since=NOW, until=date(2026, 11, 5), why=PauseWhy.AWAY, by=1)),
    )
    for why in ("well_paused", "well_invited", "well_left"):
        shown = render.warm(paused, ZH, why=why, line=0, keyboard=True)
        assert shown.buttons
        assert shown.keyboard is None
    assert "到11月5日再问候您" in render.warm(paused, ZH, why="well_paused", line=0, keyboard=False).text
    open_end = replace(HER, record=replace(WANG, pause=Pause(since=NOW, until=None, why=PauseWhy.LATER, by=1)))
    assert "等您回来再问候您" in render.warm(open_end, ZH, why="well_paused", line=0, keyboard=False).text


def test_help_offers_what_fits() -> None:
    def labels(her: Her, *, joined: bool) -> list[str]:
        return [b.label for row in render.elder_help(her, ZH, joined=joined).buttons for b in row]

    assert labels(HER, joined=True) == ["谁在关心我", "🧳 出门几天", "🚪 不再问候"]
    assert labels(HER, joined=False) == ["谁在关心我", "✅ 愿意"]
    away = replace(HER, record=replace(WANG, pause=Pause(since=NOW, until=None, why=PauseWhy.AWAY, by=1)))
    assert labels(away, joined=True) == ["谁在关心我", "🏠 我回来了", "🚪 不再问候"]


def test_names_are_text_and_never_markup() -> None:
    shown = render.watchers(HER, ZH, [SON])
    assert "李强&lt;b&gt;" in shown.text
    assert shown.buttons[0][0].label == "不用他看着了：李强<b>"  # a label is no HTML
    assert "李强&lt;b&gt;" in render.watch_question(ZH, SON, last=True).text
    hostile = replace(HER, record=replace(WANG, person=replace(WANG.person, called="<i>奶奶")), community="<b>")
    assert "&lt;i&gt;奶奶您好！我是&lt;b&gt;的" in render.meeting(hostile, ZH).text


def test_others_hear_her_form_of_address_only() -> None:
    for say in (ZH, EN):
        for family in (True, False):
            for shown in (left_news(HER, say, family=family, at=NOW), back_news(HER, say, family=family)):
                assert "秀英" not in shown.text
        assert "秀英" not in watch_ended(HER, say).text
    assert left_news(HER, ZH, family=False, at=NOW).text.startswith("王奶奶 3号楼（08:00）")


def test_how_long_she_is_away() -> None:
    monday = date(2026, 11, 2)
    assert [back_on(absence, monday) for absence in Absence] == [
        date(2026, 11, 3),
        date(2026, 11, 5),
        date(2026, 11, 9),
        None,
    ]
