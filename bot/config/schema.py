"""What keys there are: the models of the config, walked by key path."""

from __future__ import annotations

from collections.abc import Iterator
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, SecretStr

from bot.config.models import Settings

KeyPath = tuple[str | int, ...]


def fields_at(path: KeyPath) -> tuple[str, ...]:
    """The keys that a section may hold; empty where `path` names no section."""
    model = _model_of(annotation_at(path))
    return tuple(model.model_fields) if model else ()


def annotation_at(path: KeyPath) -> Any:
    """What is declared for a key; None where there is no such key."""
    here: Any = Settings
    for step in path:
        if isinstance(step, int):
            here = _element_of(here)
        else:
            model = _model_of(here)
            field = model.model_fields.get(step) if model else None
            here = field.annotation if field else None
        if here is None:
            return None
    return here


def takes_plain_text(path: KeyPath) -> bool:
    """Whether a value is written as bare text, in the environment too (durations, times, names, paths)."""
    return not any(kind in (int, bool) or _is_tuple(kind) or _is_model(kind) for kind in _parts(annotation_at(path)))


def is_secret(path: KeyPath) -> bool:
    """Whether a value must never be shown."""
    return SecretStr in _parts(annotation_at(path))


def sections_with(key: str) -> Iterator[str]:
    """The sections, by dotted name, that know a key: where a misplaced one belongs."""
    for name in Settings.model_fields:
        if key in fields_at((name,)):
            yield name
    if key in fields_at(("areas", 0)):
        yield "areas"
    if key in fields_at(("policy", "urgent")):
        yield "policy.*"


def _parts(annotation: Any) -> tuple[Any, ...]:
    """The plain types of a declaration: its unions and annotations taken apart."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return _parts(get_args(annotation)[0])
    if origin in (Union, UnionType):
        return tuple(part for arm in get_args(annotation) for part in _parts(arm))
    return (annotation,)


def _is_tuple(kind: Any) -> bool:
    return get_origin(kind) is tuple


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _model_of(annotation: Any) -> type[BaseModel] | None:
    return next((kind for kind in _parts(annotation) if _is_model(kind)), None)


def _element_of(annotation: Any) -> Any:
    return next((get_args(kind)[0] for kind in _parts(annotation) if _is_tuple(kind)), None)
