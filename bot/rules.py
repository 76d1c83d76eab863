"""From the operator's config to the figures and the tree that the acts work with."""

from __future__ import annotations

from dataclasses import fields
from typing import get_args

from bot.config import Config
from bot.config.types import Weekday
from care.domain import areas
from care.domain.areas import Tree
from care.domain.checkins import CheckInRules
from care.domain.geo import Boundaries, read_boundary
from care.domain.quiet import QuietHours
from care.domain.rules import Rules


def rules_of(config: Config) -> Rules:
    """The rules of this installation."""
    community, reports = config.community, config.reports
    return Rules(
        community=community.name,
        zone=community.timezone,
        language=community.language,
        tree=tree_of(config),
        boundaries=boundaries_of(config),
        quiet=QuietHours(start=config.quiet_hours.start, end=config.quiet_hours.end, zone=community.timezone),
        policies=config.policies,
        draft_timeout=reports.draft_timeout,
        draft_max=reports.draft_max,
        join_within=reports.join_within,
        proof_within=reports.proof_within,
        daily_limit_unknown=reports.daily_limit_unknown,
        reopen_within=reports.reopen_within,
        all_clear_after=config.items.all_clear_after,
        undo_within=config.items.undo_within,
        sheet_wait=config.items.sheet_wait,
        sheet_wait_urgent=config.items.sheet_wait_urgent,
        checkin=checkin_rules(config),
        coordinators_at=config.digest.coordinators_at,
        week_at=config.digest.at,
        weekday=get_args(Weekday).index(config.digest.weekday),
        members_may_act=config.groups.workers == "members",
        trouble_words=config.checkin.trouble_words,
        alarm_words=config.checkin.alarm_words,
        alarm=config.alarm is not None,
    )


def checkin_rules(config: Config) -> CheckInRules:
    """`[checkin]`: every figure of it that has a name in the domain."""
    given = dict(config.checkin)
    return CheckInRules(**{field.name: given[field.name] for field in fields(CheckInRules) if field.name in given})


def tree_of(config: Config) -> Tree:
    """The tree of areas."""
    return Tree.of(
        areas.Area(id=area.id, name=area.name, level=area.level, parent=area.parent, phone=area.phone)
        for area in config.areas
    )


def boundaries_of(config: Config) -> Boundaries:
    """The boundaries that the config names, in WGS84."""
    drawn = [area for area in config.areas if area.boundary is not None]
    return Boundaries(
        {area.id: read_boundary(area.boundary.geometry, area.boundary_crs) for area in drawn if area.boundary}
    )
