"""Everything an operator can set, section by section, with the product's own figures as defaults."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import replace
from datetime import time, timedelta
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo, create_model

from bot.config.boundaries import Boundary, read_boundary
from bot.config.storage_url import StorageUrl, sqlite_file
from bot.config.types import (
    AreaId,
    ChatId,
    ConfigPath,
    Count,
    CountOrNone,
    Duration,
    Flag,
    Intervals,
    Language,
    Listen,
    ListenAt,
    MaybeWebUrl,
    Positive,
    Region,
    ServerRoot,
    SomeSteps,
    Steps,
    Text,
    TimeOfDay,
    Timezone,
    Token,
    UserId,
    WebhookSecret,
    WebUrl,
    Weekday,
    expected,
    folder_of,
)
from care.domain.areas import Level
from care.domain.policy import DEFAULT_POLICIES, Policy
from care.domain.states import Severity

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


class Section(BaseModel):
    """A part of the config: frozen, and without room for keys that nobody reads."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True, arbitrary_types_allowed=True)


class Telegram(Section):
    """How the bot reaches Telegram, and how fast it may speak."""

    token: Token
    token_file: ConfigPath | None = None
    base_url: ServerRoot = "https://api.telegram.org"
    mode: Literal["polling", "webhook"] = "polling"
    webhook_url: WebUrl | None = None
    webhook_secret: WebhookSecret | None = None
    listen: ListenAt | None = None
    messages_per_second: Count = 30
    group_messages_per_minute: Count = 20
    local_files: Flag = False

    @property
    def webhook_word(self) -> str:
        """What Telegram must say with each update; where none is set, derived from the token, so it is never absent."""
        if self.webhook_secret is not None:
            return self.webhook_secret.get_secret_value()
        return hmac.new(self.token.get_secret_value().encode(), b"gridcare webhook", hashlib.sha256).hexdigest()


class Storage(Section):
    """What is kept, and where."""

    url: Annotated[StorageUrl, Field(repr=False)] = "sqlite:///data/gridcare.db"
    media_dir: ConfigPath = Path("data/media")
    key_file: ConfigPath = Path("gridcare.key")

    @property
    def sqlite_file(self) -> Path | None:
        """The database's file, or None where it is PostgreSQL."""
        return sqlite_file(self.url)


class Community(Section):
    """The installation: whose neighbourhood this is."""

    name: Text = "海关社区"
    timezone: Timezone = ZoneInfo("Asia/Shanghai")
    language: Language = "zh"
    region: Region = "CN"
    admins: tuple[UserId, ...] = ()


def _some_chat(value: int | None) -> int | None:
    if value == 0:
        raise expected("the id of a chat such as -1001234567890")
    return value


class Area(Section):
    """One area of the tree. `chat_id` and `audience` seed its binding once; afterwards the database knows better."""

    id: AreaId
    name: Text
    level: Level
    parent: AreaId | None = None
    chat_id: Annotated[ChatId | None, AfterValidator(_some_chat)] = None
    thread_id: Count | None = None
    audience: Literal["staff", "residents"] = "staff"
    phone: Text | None = None
    boundary: Annotated[Boundary | None, BeforeValidator(read_boundary)] = None
    boundary_crs: Literal["wgs84", "gcj02"] = "wgs84"

    @property
    def audience_is_assumed(self) -> bool:
        """Whether nobody said who is in the chat."""
        return "audience" not in self.model_fields_set


class Reports(Section):
    """Flow 1: how long the bot waits for the reporter."""

    draft_timeout: Positive = 3 * MINUTE
    draft_max: Positive = 10 * MINUTE
    join_within: Duration = MINUTE
    proof_within: Positive = 10 * MINUTE
    daily_limit_unknown: CountOrNone = 3
    reopen_within: Duration = 48 * HOUR


class Items(Section):
    """What holds for every item."""

    undo_within: Duration = 5 * MINUTE
    all_clear_after: Duration = timedelta(seconds=30)
    sheet_wait: Positive = 5 * MINUTE
    sheet_wait_urgent: Positive = MINUTE
    remind_max: Positive = 2 * HOUR
    remind_max_urgent: Positive = 10 * MINUTE


class Checkin(Section):
    """Flow 2: the greeting, and the steps of a silence, all counted from the prompt's acceptance."""

    prompt_at: TimeOfDay = time(8)
    early_from: TimeOfDay = time(4)
    prompt_until: Positive = 3 * HOUR
    remind_after: Steps = (30 * MINUTE,)
    family_after: Positive = 45 * MINUTE
    alert_after: Positive = 90 * MINUTE
    unheard_after: Positive = 15 * MINUTE
    trouble_words: tuple[Text, ...] = ()
    alarm_words: tuple[Text, ...] = ()
    trouble_confirm: Positive = 2 * MINUTE
    outage_after: Duration = 5 * MINUTE
    catch_up_max: Duration = 2 * MINUTE
    list_remind: Steps = (10 * MINUTE, 20 * MINUTE)


class QuietHours(Section):
    """When a group is not rung for a report; start = end: never."""

    start: TimeOfDay = time(21)
    end: TimeOfDay = time(8)


class PolicySection(Section):
    """`[policy.SEVERITY]`: the clocks of one severity; what is left out is the product's own figure."""

    remind_unclaimed: Intervals
    climb_unclaimed: SomeSteps
    ask_claimed: Positive
    climb_claimed: Positive


def _with_figures_of(severity: str) -> type[PolicySection]:
    """The section whose defaults are the product's own for that severity."""
    figures: dict[str, Any] = {
        name: (Annotated[field.annotation, *field.metadata], getattr(DEFAULT_POLICIES[severity], name))
        for name, field in PolicySection.model_fields.items()
    }
    return create_model(f"{severity.title()}Policy", __base__=PolicySection, **figures)


# `[policy.*]`: one section a severity, as many as there are.
_POLICIES = {severity: _with_figures_of(severity) for severity in DEFAULT_POLICIES}
_SECTIONS: dict[str, Any] = {name: (model, Field(default_factory=model)) for name, model in _POLICIES.items()}
PolicySections = create_model("PolicySections", __base__=Section, **_SECTIONS)


class Digest(Section):
    """When the coordinators hear of the morning, and the groups of their week."""

    coordinators_at: TimeOfDay = time(10)
    weekday: Weekday = "monday"
    at: TimeOfDay = time(8, 15)


class Groups(Section):
    """Who may act on reports in a group: all its members, or only those enrolled."""

    workers: Literal["members", "enrolled"] = "members"


def _from_folder(command: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
    """A program that is named by a path is seen from the config's folder, like every path; a bare name is not."""
    folder = folder_of(info)
    if folder is None or "/" not in command[0]:
        return command
    around = str(folder).replace("{", "{{").replace("}", "}}")  # the words are filled in later
    return (str(Path(around) / Path(command[0]).expanduser()), *command[1:])


class Alarm(Section):
    """The last rung: a command or a webhook, for an SMS or a call."""

    command: Annotated[tuple[Text, ...], Field(min_length=1), AfterValidator(_from_folder)] | None = None
    webhook: WebUrl | None = None


class Web(Section):
    """Health and figures for the operator; the section absent: off."""

    listen: ListenAt = Listen("127.0.0.1", 8081)
    heartbeat_url: MaybeWebUrl = ""


DEFAULT_AREAS = (
    Area(id="haiguan", name="海关社区", level=Level.COMMUNITY),
    Area(id="g3", name="第三网格", level=Level.GRID, parent="haiguan"),
)


class Settings(Section):
    """The whole of `config.toml`."""

    telegram: Telegram
    storage: Storage = Storage()
    community: Community = Community()
    areas: Annotated[tuple[Area, ...], Field(min_length=1)] = DEFAULT_AREAS
    reports: Reports = Reports()
    items: Items = Items()
    checkin: Checkin = Checkin()
    quiet_hours: QuietHours = QuietHours()
    policy: PolicySections = PolicySections()
    digest: Digest = Digest()
    groups: Groups = Groups()
    alarm: Alarm | None = None
    web: Web | None = None

    @cached_property
    def policies(self) -> Mapping[str, Policy]:
        """The clocks by severity, as the domain wants them."""
        return {severity: self._policy(severity, own) for severity, own in DEFAULT_POLICIES.items()}

    def _policy(self, severity: str, own: Policy) -> Policy:
        """The product's own clocks with the operator's figures laid over them."""
        section: PolicySection = getattr(self.policy, severity)
        slowest = self.items.remind_max_urgent if severity == Severity.URGENT else self.items.remind_max
        policy = replace(own, **dict(section), remind_max=slowest)
        if own.lapse_raised is None:
            return policy
        # A claimer has as long as a group: PRODUCT says 2 min for both.
        return replace(policy, lapse_raised=section.remind_unclaimed[0])
