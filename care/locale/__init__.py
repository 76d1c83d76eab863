"""Every sentence that a person is shown, in Chinese and English, by key. No user-visible string stands anywhere else.

The catalogues are gettext files (`<language>/messages.po`); a key such as `claim.taken` is the msgid, blanks are
named as in `{name}`.
"""

from __future__ import annotations

import gettext
import io
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

LANGUAGES = ("zh", "en")
FALLBACK = "zh"


class NoSuchSentence(KeyError):
    """A key that no catalogue has: a mistake of ours, found by the tests."""


def say(language: str | None, key: str, /, **blanks: str | int) -> str:
    """The sentence of that key with its blanks filled; Chinese where the language is not ours."""
    catalogue = sentences(language if language in LANGUAGES else FALLBACK)
    text = catalogue.get(key)
    if text is None:
        raise NoSuchSentence(key)
    return text.format(**blanks)


def in_every_language(key: str) -> frozenset[str]:
    """A label as it stands in each language, to recognise a key somebody pressed, whatever his language is now."""
    return frozenset(say(language, key) for language in LANGUAGES)


@cache
def sentences(language: str) -> Mapping[str, str]:
    """A whole catalogue, key to sentence."""
    from babel.messages.mofile import write_mo  # noqa: PLC0415  Babel costs start-up time only where words are needed
    from babel.messages.pofile import read_po  # noqa: PLC0415

    with (files(__package__) / language / "messages.po").open("rb") as source:
        catalogue = read_po(source, locale=language, domain="messages")
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    translations = gettext.GNUTranslations(compiled)
    return {str(m.id): translations.gettext(str(m.id)) for m in catalogue if m.id and m.string}
