"""People and their roles. Roles are a set: the 80-year-old liaison is elder and liaison at once."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What somebody is to the neighbourhood."""

    COURIER = "courier"  # 骑手
    ELDER = "elder"  # 老人
    FAMILY = "family"  # 家属
    WORKER = "worker"  # 网格员
    LIAISON = "liaison"  # 楼门联络员
    MEDIATOR = "mediator"  # 调解员
    COORDINATOR = "coordinator"  # 管理员


WORKING = frozenset({Role.WORKER, Role.LIAISON})

# By which of several posts somebody's home is known: where he is out and about counts before where he is in charge.
AT_HOME_AS = (
    Role.COURIER,
    Role.WORKER,
    Role.LIAISON,
    Role.ELDER,
    Role.FAMILY,
    Role.MEDIATOR,
    Role.COORDINATOR,
)

# How the refs begin that we give to people who were enrolled in a chat, until a roster or an invitation says more.
PROVISIONAL = "tg-"


@dataclass(frozen=True)
class Post:
    """One role held in one area; `area` is None where the role covers the whole tree."""

    role: Role
    area: str | None


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody we know: enrolled by the roster (`ref`), or met in a chat (`telegram_id` only)."""

    id: int
    ref: str | None = None
    name: str
    called: str | None = None
    telegram_id: int | None = None
    language: str | None = None  # "zh" or "en"; None is the installation's own
    admin: bool = False  # named in the config: coordinator of the whole tree
    posts: frozenset[Post] = frozenset()

    @property
    def enrolled(self) -> bool:
        """Whether the community knows this person: on the roster with a role, or an admin."""
        return self.admin or bool(self.posts)

    @property
    def roles(self) -> frozenset[Role]:
        """Every role held anywhere."""
        return frozenset(post.role for post in self.posts)

    @property
    def is_elder(self) -> bool:
        """Whether the two tall keys are this person's keyboard, never to be replaced."""
        return Role.ELDER in self.roles

    @property
    def home(self) -> str | None:
        """The area a courier or resident belongs to, where one is known: a working post counts before others."""
        posts = sorted((post for post in self.posts if post.area), key=lambda post: AT_HOME_AS.index(post.role))
        return posts[0].area if posts else None
