"""A group's lists of names, and what rings for them: who is missing, who is looking, how it ended."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from care.domain.items import State
from care.domain.name_lists import Half, Sort
from care.domain.states import Ending
from care.domain.tally import SETTLED, Lot, Tally
from care.services.list_views import ListView, SilentLine, VoiceLine
from handlers.callback_data import Button as B
from handlers.callback_data import Press
from handlers.content import Button, Content
from handlers.render.speaker import TEXT_LIMIT, Speaker, escape, shorten, units

MOST_BUTTONS = 100  # Bot API, InlineKeyboardMarkup
MOST_IN_A_ROW = 6  # names in one sentence
_LONGEST_NAME = 40
_ROOM = 400  # for what stands below the lines
_ENDS = {Ending.FAMILY: "family", Ending.PHONED: "phoned", Ending.SEEN: "seen", Ending.HERSELF: "herself"}

Rows = tuple[tuple[Button, ...], ...]


def name_list(view: ListView, say: Speaker) -> Content:
    """The list itself."""
    match view.row.sort:
        case Sort.VOICES:
            return _voices(view, say)
        case Sort.SUPPORT:
            return _support(view, say)
        case _:
            return _silent(view, say)


def list_call(views: Sequence[ListView], lines: Sequence[SilentLine], why: str, say: Speaker) -> Content:
    """What rings for lists of one chat: for those on `lines`, each of whom can be taken right here."""
    support = all(view.row.sort is Sort.SUPPORT for view in views)
    blanks: dict[str, str | int] = {"count": len(lines), "names": in_a_row((named(line, say) for line in lines), say)}
    if why == "named" and support:
        text = say("lists.call_support", area=escape(views[0].area or ""), **blanks)
    elif why == "remind" and len(views) > 1:
        grids = say("lists.comma").join(_grid_count(view, lines, say) for view in views)
        text = say("lists.call_remind_grids", count=len(lines), names=grids)
    else:
        text = say(f"lists.call_{why}", **blanks)
    rows = tuple(_support_row(view, say) for view in views) if support else _claims(lines, say)
    return Content(text=text, buttons=rows)


def single_call(line: SilentLine, why: str, who: str | None, say: Speaker) -> Content:
    """What rings for one of a list: her claimer has fallen silent, or somebody is needed after all."""
    name = named(line, say)
    if why == "lapsed" and who is not None:
        return Content(text=say("lists.call_lapsed", name=name, who=escape(who)), buttons=_claims([line], say))
    return Content(text=say("lists.call_needed", name=name), buttons=_claims([line], say))


def climbed_call(whom: str, say: Speaker) -> Content:
    """Nobody has taken them: it has gone up."""
    return Content(text=say("lists.call_climbed", whom=say(f"whom.{whom}")))


def voices_call(lines: Sequence[VoiceLine], say: Speaker) -> Content:
    """Another voice waits, a while after the list last rang."""
    names = in_a_row((named(line, say) for line in lines), say)
    count = sum(line.count for line in lines)
    return Content(text=say("lists.call_voices", count=count, names=names), buttons=_players(lines, say))


def named(line: SilentLine | VoiceLine, say: Speaker) -> str:
    """`王奶奶 3号楼`, as HTML."""
    return escape(shorten(say.named(line.named), _LONGEST_NAME))


def in_a_row(names: Iterable[str], say: Speaker) -> str:
    """`王奶奶 3号楼、李爷爷 5号楼`; of many the first few."""
    known = list(names)
    first = say("lists.between").join(known[:MOST_IN_A_ROW])
    return say("lists.and_more", names=first) if len(known) > MOST_IN_A_ROW else first


def _silent(view: ListView, say: Speaker) -> Content:
    counts = view.tally or Tally({})
    lines = [_head(view, counts, say), *_lines(view, say), *_below(view, counts, say)]
    return Content(text="\n".join(lines), buttons=_claims([line for line in view.missing if line.on.open], say))


def _head(view: ListView, counts: Tally, say: Speaker) -> str:
    """How many are missing; that all are well, or accounted for, only where it is true of everybody who was asked."""
    blanks: dict[str, str | int] = {"when": _when(view, say), "well": counts.well, "asked": counts.asked}
    if view.missing:
        key = "lists.head" if counts.asked else "lists.head_plain"
        return say(key, count=len(view.missing), **blanks)
    if not counts.all_settled:
        return say("lists.settled_here", **blanks)
    found = [(lot, counts.count(lot)) for lot in SETTLED]
    parts = say("lists.comma").join(say(f"lists.part_{lot}", count=count) for lot, count in found if count)
    key = "lists.all_well" if counts.all_well else "lists.all_settled"
    return say(key, count=counts.count(*SETTLED), parts=parts)


def _when(view: ListView, say: Speaker) -> str:
    row = view.row
    today = say.now.astimezone(say.zone).date() == row.day
    if today:
        return say(f"lists.when_{row.half}")
    date = say("time.date", month=row.day.month, day=row.day.day)
    return say(f"lists.on_{Half(row.half)}", date=date)


def _below(view: ListView, counts: Tally, say: Speaker) -> list[str]:
    known = (
        ("lists.not_asked", counts.count(Lot.NOT_ASKED)),
        ("lists.paused", view.paused),
        ("lists.phone_free", view.phone_free),
    )
    return [say(key, count=count) for key, count in known if count]


def _lines(view: ListView, say: Speaker) -> list[str]:
    """Who is missing first; what does not fit is counted."""
    ranked = [*view.missing, *(line for line in view.silent if not line.item.live)]
    return _fitting([_line(line, say) for line in ranked], say)


def _line(line: SilentLine, say: Speaker) -> str:
    state = _state(line, say)
    if line.maybe_answered:
        state += say("lists.maybe_answered")
    return say("lists.line", name=named(line, say), state=state)


def _fitting(lines: Sequence[str], say: Speaker) -> list[str]:
    room = TEXT_LIMIT - _ROOM
    kept: list[str] = []
    for text in lines:
        room -= units(text) + 1
        if room < 0:
            break
        kept.append(text)
    left = len(lines) - len(kept)
    return [*kept, *([say("lists.more", count=left)] if left else [])]


def _state(line: SilentLine, say: Speaker) -> str:
    item = line.item
    if line.knocked:
        return say("lists.knocked", name=_short(line.claimer)).strip()
    if item.state is State.CLAIMED:
        key = "lists.claimed_silent" if line.on.needs_somebody else "lists.claimed"
        return say(key, name=_short(line.claimer))
    if item.live and line.spoke and not line.pledger:
        return say("lists.spoke")
    if item.live:
        return say("lists.pledged", name=_short(line.pledger)) if line.pledger else say(f"lists.kin_{line.kin}")
    at = say.at(line.ended_at) if line.ended_at else ""
    ending = _ENDS.get(item.ending, "settled") if item.ending is not None else "settled"
    return say(f"lists.end_{ending}", name=_short(line.ender), at=at).strip()


def _short(name: str | None) -> str:
    return escape(shorten(name or "", 24))


def _claims(lines: Sequence[SilentLine], say: Speaker) -> Rows:
    """A button for each whom nobody has taken: beyond a hundred the next come up as these are taken."""
    buttons = [
        Button(_label("button.claim_name", line, say), Press(B.CLAIM, line.item.number).pack())
        for line in lines[:MOST_BUTTONS]
    ]
    return _pairs(buttons)


def _label(key: str, line: SilentLine, say: Speaker) -> str:
    return say(key, name=shorten(say.named(line.named), _LONGEST_NAME))


def _support(view: ListView, say: Speaker) -> Content:
    """What a grid has not taken; whoever comes takes all of them, each with her own sheet."""
    open_, silent = _open(view), [line for line in view.missing if not line.on.open and line.on.needs_somebody]
    blanks: dict[str, str | int] = {"area": escape(view.area or "")}
    if open_:
        head = say("lists.support", count=len(open_), **blanks)
    elif silent:
        head = say("lists.support_silent", count=len(silent), **blanks)
    elif view.missing:
        head = say("lists.support_watched", count=len(view.missing), **blanks)
    else:
        head = say("lists.support_over", count=len(view.silent), **blanks)
    take_over = [
        Button(_label("button.take_over_name", line, say), Press(B.TAKE_OVER, line.item.number).pack())
        for line in silent[: MOST_BUTTONS - 1]
    ]
    rows = (*((_support_row(view, say),) if open_ else ()), *_pairs(take_over))
    return Content(text="\n".join([head, *_lines(view, say)]), buttons=rows)


def _open(view: ListView) -> list[SilentLine]:
    return [line for line in view.missing if line.on.open]


def _support_row(view: ListView, say: Speaker) -> tuple[Button, ...]:
    return (Button(say("button.support"), Press(B.SUPPORT, view.row.id).pack()),)


def _grid_count(view: ListView, lines: Sequence[SilentLine], say: Speaker) -> str:
    here = [line for line in lines if line.on.name.list == view.row.id]
    if view.row.sort is Sort.SUPPORT and view.area is not None:
        return say("morning.grid", area=escape(short_area(view.area)), count=len(here))
    return in_a_row((named(line, say) for line in here), say)


def short_area(name: str) -> str:
    """`三网格` of 第三网格: how it is called where several stand in a row."""
    return name.removeprefix("第")


def _voices(view: ListView, say: Speaker) -> Content:
    count = sum(line.count for line in view.voices)
    if not count:
        return Content(text=_voices_over(view, say))
    lines = _fitting([_voice(line, say) for line in view.voices], say)
    text = "\n".join([say("lists.voices", count=count), *lines])
    return Content(text=text, buttons=_players(view.voices[:MOST_BUTTONS], say))


def _voices_over(view: ListView, say: Speaker) -> str:
    """Heard is only what a person has listened to: the rest has become a matter of its own."""
    if not view.raised:
        return say("lists.voices_over")
    if not view.heard:
        return say("lists.voices_raised", count=view.raised)
    return say("lists.voices_some", count=view.heard + view.raised, heard=view.heard, raised=view.raised)


def _voice(line: VoiceLine, say: Speaker) -> str:
    name, at = named(line, say), say.at(line.since)
    if line.count == 1:
        return say("lists.voice_one", name=name, at=at)
    return say("lists.voice_several", name=name, count=line.count, at=at)


def _players(lines: Sequence[VoiceLine], say: Speaker) -> Rows:
    label = [shorten(say.named(line.named), _LONGEST_NAME) for line in lines]
    buttons = [
        Button(say("button.play", name=name), Press(B.HEAR, line.recording).pack())
        for name, line in zip(label, lines, strict=True)
    ]
    return _pairs(buttons)


def _pairs(buttons: Sequence[Button]) -> Rows:
    return tuple(tuple(buttons[i : i + 2]) for i in range(0, len(buttons), 2))
