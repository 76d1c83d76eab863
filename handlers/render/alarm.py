"""What an SMS or a call says when nobody takes something urgent: where, which, since when; no name, nobody's words."""

from __future__ import annotations

from care.domain.areas import Level, Tree
from care.domain.items import Item, Kind
from handlers.content import AlarmWords
from handlers.render.speaker import Speaker


def alarm(item: Item, say: Speaker, tree: Tree, community: str) -> AlarmWords:
    """The words; `community` stands for an item that belongs to no area."""
    area = _plain(_area(item, tree) or community)
    text = say(
        "alarm.text",
        severity=say(f"severity.{item.severity}").capitalize(),
        area=area,
        number=item.number,
        matter=_matter(item, say),
        since=say.at(item.since or item.created_at),
    )
    return AlarmWords(area=area, text=text, item=item.number, severity=item.severity)


def _area(item: Item, tree: Tree) -> str | None:
    """A building is named by what it stands in: its number means nothing elsewhere, and says where somebody lives."""
    line = tree.lineage(item.area)
    return next((step.name for step in line if step.level is not Level.BUILDING), None)


def _matter(item: Item, say: Speaker) -> str:
    kind = say(f"kind.{item.kind}")
    if item.category and item.kind is Kind.REPORT:
        return say("alarm.matter", kind=kind, category=say(f"category.{item.category}"))
    return kind


def _plain(words: str) -> str:
    """Without line ends and what else no command line takes."""
    return "".join(letter if letter.isprintable() else " " for letter in words)
