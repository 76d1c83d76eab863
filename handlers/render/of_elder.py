"""What a group reads of an elder's matter: form of address, age, building, why people are called; never her words."""

from __future__ import annotations

from care.domain.cries import Cry, Eased
from care.services.views import Cried, ItemView, Whom
from handlers.render.speaker import Speaker, escape

_CRIES = frozenset(Cry)
_EASED = frozenset(Eased)


def who_line(whom: Whom, say: Speaker) -> str:
    """`王奶奶 · 81岁 · 3号楼`."""
    age = say("card.age", age=whom.age) if whom.age is not None else ""
    parts = (say.short_name(whom.named), age, whom.named.building or "")
    return " · ".join(escape(part) for part in parts if part)


def where(whom: Whom | None, area: str | None, say: Speaker) -> str:
    """`第三网格 · 王奶奶 3号楼`, or the area alone; not yet HTML."""
    named = say.named(whom.named) if whom is not None else ""
    return " · ".join(part for part in (area or "", named) if part)


def called(whom: Whom | None, say: Speaker) -> str:
    """`王奶奶(秀英·81)`: in a sentence about her."""
    return escape(say.short_name(whom.named)) if whom is not None else ""


def why_line(view: ItemView, say: Speaker) -> str:
    """By what people were called, and when."""
    cry = view.cry or Cried("", view.item.created_at)
    if cry.reason in _CRIES:
        return say(f"cry.{cry.reason}", when=say.at(cry.at))
    return say("card.reported_by_nobody", when=say.at(cry.at))


def eased_lines(view: ItemView, say: Speaker) -> list[str]:
    """What she said since then that takes the haste out of it, while it still is to be seen to."""
    if not view.item.live or view.cry is None or view.cry.eased not in _EASED:
        return []
    return [say(f"card.eased_{view.cry.eased}")]
