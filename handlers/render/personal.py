"""What one person is told about himself: welcome, help, his reports, the choice of language."""

from __future__ import annotations

from collections.abc import Sequence

from care.domain.people import WORKING, Person, Role
from care.locale import LANGUAGES, say
from care.services.views import ItemView
from handlers.callback_data import Button as B
from handlers.callback_data import Press
from handlers.content import Button, Content
from handlers.render.card import standing, title
from handlers.render.family_settings import Chosen, choices, named
from handlers.render.speaker import Speaker, escape


def welcome(person: Person, say: Speaker, community: str, watched: Chosen = ()) -> Content:
    """Who we are, and the one thing to do; a relative (`watched`: over whom) what he will hear, and what to do then."""
    name = escape(person.called or person.name)
    lines = [say("welcome.hello", name=name, community=escape(community))]
    if watched:
        lines.append(say("welcome.family", elders=named([elder for elder, _ in watched], say)))
    if not watched or person.roles - {Role.FAMILY}:
        lines.append(say(_what_to_do(person)))
    if not person.enrolled:
        lines.append(say("welcome.not_enrolled"))
    return Content(text="\n".join(lines))


def help_text(person: Person, say: Speaker, watched: Chosen = ()) -> Content:
    """What this person can do here; a relative also chooses what he hears."""
    lines = [say("welcome.family", elders=named([elder for elder, _ in watched], say))] if watched else []
    lines += [say(_what_to_do(person)), say("help.commands")]
    if watched:
        lines.append(say("help.family"))
    return Content(text="\n".join(lines), buttons=choices(watched, say))


def my_reports(views: Sequence[ItemView], say: Speaker) -> Content:
    """The latest reports, one line each."""
    if not views:
        return Content(text=say("my.none"))
    lines = [f"#{view.item.number} {title(view.item, say)} · {standing(view, say)}" for view in views]
    return Content(text="\n".join([say("my.head"), *lines]))


def language_question(speak: Speaker) -> Content:
    """中文 or English, each in its own tongue."""
    row = tuple(Button(say(code, "language.name"), Press(B.LANGUAGE, 0, code).pack()) for code in LANGUAGES)
    return Content(text=speak("language.ask"), buttons=(row,))


def _what_to_do(person: Person) -> str:
    roles = person.roles
    if person.admin or Role.COORDINATOR in roles:
        return "welcome.coordinator"
    if roles & (WORKING | {Role.MEDIATOR}):
        return "welcome.worker"
    if Role.ELDER in roles:
        return "welcome.elder"
    return "welcome.reporter"
