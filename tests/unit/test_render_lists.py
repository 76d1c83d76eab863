"""A group's list as it is read: within Telegram's limits, nothing of a roster becomes markup, both languages whole."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from care.domain.elders import Form, Title
from care.domain.items import Action, Details, Item, Kind, Severity, begin
from care.domain.name_lists import Half, Sort
from care.domain.policy import DEFAULT_POLICIES
from care.domain.states import Ending
from care.domain.tally import Lot, Tally
from care.services.list_names import OnList
from care.services.list_views import Kinfolk, ListView, SilentLine, VoiceLine
from care.services.naming import Named
from care.services.ports import Address, GroupList, ListName
from handlers.render.name_lists import list_call, name_list
from handlers.render.speaker import TEXT_LIMIT, Speaker, units
from tests.unit.test_render import EN, NOW, ZH

TODAY = NOW.astimezone(ZH.zone).date()


def row(sort: Sort = Sort.SILENT, day: date = TODAY, half: Half = Half.MORNING) -> GroupList:
    return GroupList(
        id=7, address=Address(-1), sort=sort, area="g3", day=day, half=half, opened_at=NOW, named_at=NOW, called_at=NOW,
        reminded=0, climbed_at=None, ended_at=None, message=1, on_its_way=False, posts=1, next_at=None, version=1,
    )  # fmt: skip


def raised(number: int) -> Item:
    details = Details(
        kind=Kind.MISSED_CHECKIN, severity=Severity.HIGH, about=number, area="g3", policy=DEFAULT_POLICIES["high"]
    )
    return begin(number, Action.RAISE, at=NOW, actor=None, details=details)[0]


def line(number: int = 1, item: Item | None = None, called: str | None = None, **more: object) -> SilentLine:
    name = ListName(list=7, elder=number, item=number, recording=None, climbed=0, added_at=NOW)
    known = {
        "named": Named(Title(called, Form.GRANNY, "王"), None, "3号楼"),
        "kin": Kinfolk.TOLD, "claimer": None, "pledger": None, "maybe_answered": False, "knocked": False,
        "spoke": False, "ender": None, "ended_at": None,
    }  # fmt: skip
    return SilentLine(on=OnList(name, item or raised(number)), **(known | more))  # type: ignore[arg-type]


def view(*lines: SilentLine, **more: object) -> ListView:
    counts = Tally({Lot.HERSELF: 53, Lot.NOBODY: len(lines)})
    return ListView(**({"row": row(), "area": "第三网格", "silent": lines, "tally": counts} | more))  # type: ignore[arg-type]


def ended(ending: Ending) -> Item:
    return raised(1).apply(Action.RESOLVE, at=NOW, actor=2, details=Details(ending=ending))[0]


def claimed(silent: bool = False) -> Item:
    item = raised(1).apply(Action.CLAIM, at=NOW, actor=2)[0]
    return item.apply(Action.CLIMB, at=NOW, actor=None, details=Details(climb_to=1))[0] if silent else item


@pytest.mark.parametrize(
    ("shown", "state"),
    [
        (line(), "家里人在联系"),
        (line(kin=Kinfolk.COMING), "家里人正赶过去"),
        (line(kin=Kinfolk.NO_ANSWER), "家里人也没打通"),
        (line(kin=Kinfolk.UNREACHABLE), "家属联系不上"),
        (line(kin=Kinfolk.NONE), "还没人接"),
        (line(kin=Kinfolk.NONE, maybe_answered=True), "还没人接（可能已回复）"),
        (line(pledger="李娟"), "李娟（还没打开单子）"),
        (line(spoke=True), "发来语音了，还没有人听"),
        (line(item=claimed(), claimer="李娟"), "李娟在看"),
        (line(item=claimed(silent=True), claimer="李娟"), "李娟接了，还没有回音"),
        (line(item=claimed(), claimer="李娟", knocked=True), "李娟 敲门没人应"),
        (line(item=raised(1), knocked=True), "敲门没人应"),
        (line(item=ended(Ending.HERSELF), ended_at=NOW), f"本人 {ZH.at(NOW)} 已报平安"),
        (line(item=ended(Ending.FAMILY), ended_at=NOW), f"家里人 {ZH.at(NOW)} 联系上了，平安"),
        (line(item=ended(Ending.PHONED), ender="李娟", ended_at=NOW), f"李娟 {ZH.at(NOW)} 打通电话了，平安"),
        (line(item=ended(Ending.SEEN), ender="李娟", ended_at=NOW), f"李娟 {ZH.at(NOW)} 上门见到了，平安"),
        # no word of health, of a journey or of a death beside a name
        (line(item=ended(Ending.HOSPITAL), ender="李娟", ended_at=NOW), f"李娟 {ZH.at(NOW)} 有着落了"),
        (line(item=ended(Ending.GONE), ender="李娟", ended_at=NOW), f"李娟 {ZH.at(NOW)} 有着落了"),
    ],
)
def test_what_a_line_says(shown: SilentLine, state: str) -> None:
    assert name_list(view(shown), ZH).text.splitlines()[1] == f"王奶奶 3号楼 · {state}"
    assert "{" not in name_list(view(shown), EN).text


def test_yesterday_s_list_says_whose_morning_it_was() -> None:
    yesterday = TODAY - timedelta(days=1)
    old = name_list(view(line(), row=row(day=yesterday, half=Half.EVENING)), ZH).text
    assert old.startswith(f"☀️ {yesterday.month}月{yesterday.day}日晚上还有 1 位没报平安")
    assert name_list(view(line(), row=row(half=Half.AFTERNOON)), ZH).text.startswith("☀️ 今天下午还有 1 位")


def test_without_check_ins_on_file_it_still_names_her() -> None:
    assert name_list(view(line(), tally=Tally({})), ZH).text.splitlines()[0] == "☀️ 今早还有 1 位没报平安"


@pytest.mark.parametrize("say", [ZH, EN])
@pytest.mark.parametrize("sort", [Sort.SILENT, Sort.SUPPORT])
def test_two_hundred_names_of_sixty_characters_fit_telegram(say: Speaker, sort: Sort) -> None:
    """What does not fit is counted, and comes up as those before it are taken."""
    many = [line(number, called="欧阳" * 30) for number in range(1, 201)]
    content = name_list(view(*many, row=row(sort)), say)
    assert units(content.text) <= TEXT_LIMIT
    assert sum(len(buttons) for buttons in content.buttons) <= 100
    assert content.text.splitlines()[-1] == say("lists.more", count=200 - (len(content.text.splitlines()) - 2))
    assert all(len(button.label) < 64 for buttons in content.buttons for button in buttons)
    called = list_call([view(*many, row=row(sort))], many, "remind", say)
    assert units(called.text) <= TEXT_LIMIT
    voices = tuple(
        VoiceLine(named=one.named, recording=n, count=1, since=NOW, added_at=NOW) for n, one in enumerate(many)
    )
    heard = name_list(ListView(row=row(Sort.VOICES), area=None, voices=voices), say)
    assert units(heard.text) <= TEXT_LIMIT
    assert sum(len(buttons) for buttons in heard.buttons) <= 100


def test_a_hostile_roster_writes_no_markup() -> None:
    content = name_list(view(line(called="<a href='x'>王</a>", item=claimed(), claimer="<b>李</b>")), ZH)
    assert "<a" not in content.text
    assert "<b>" not in content.text
    assert "&lt;b&gt;李&lt;/b&gt;在看" in content.text


@pytest.mark.parametrize(
    ("heard", "raised", "zh", "en"),
    [
        (3, 0, "🎧 语音都有人听了", "🎧 All has been heard"),
        # nobody listened in time: that is never called heard
        (
            2,
            1,
            "🎧 3 段语音：2 段有人听了，1 段没人听，已请人去看",
            "🎧 Of 3, 2 heard, 1 not: people are called to look in",
        ),
        (0, 2, "🎧 2 段语音没人听，已请人去看", "🎧 2 not heard in time: people are called to look in"),
    ],
)
def test_a_list_of_voices_that_is_over_says_what_was_heard_and_what_was_not(
    heard: int, raised: int, zh: str, en: str
) -> None:
    over = ListView(row=row(Sort.VOICES), area=None, heard=heard, raised=raised)
    assert [name_list(over, say).text for say in (ZH, EN)] == [zh, en]
    assert name_list(over, ZH).buttons == ()


def test_the_last_lines() -> None:
    counts = Tally({Lot.HERSELF: 52, Lot.NOBODY: 1, Lot.NOT_ASKED: 2})
    text = name_list(view(line(), tally=counts, paused=3, phone_free=12), ZH).text
    assert text.splitlines()[-3:] == ["另有 2 位没问到", "另有 3 位暂停问候", "另有 12 位没有手机，请照旧看望"]


def test_how_it_ends() -> None:
    over = line(item=ended(Ending.SEEN), ender="李娟", ended_at=NOW)
    well = Tally({Lot.HERSELF: 52, Lot.FAMILY: 3, Lot.VISITED: 5, Lot.PAUSED: 4})
    assert name_list(view(over, tally=well), ZH).text.splitlines()[0] == (
        "☀️ 60 位都平安：本人报 52，家人确认 3，上门见到 5"
    )
    accounted = Tally({Lot.HERSELF: 52, Lot.FAMILY: 3, Lot.VISITED: 4, Lot.HOSPITAL: 1})
    assert name_list(view(over, tally=accounted), ZH).text.splitlines()[0] == (
        "☀️ 60 位都有着落：本人报 52，家人确认 3，上门见到 4，送医 1"
    )
    pending = Tally({Lot.HERSELF: 52, Lot.VISITED: 1, Lot.SILENT: 1})
    assert name_list(view(over, tally=pending), ZH).text.splitlines()[0] == "☀️ 今早名单上的都有着落了（已报 53/54）"
