"""getUpdates, webhooks and getFile: how a bot gets at what happened."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from bot.sandbox.errors import ApiError, bad_request
from bot.sandbox.methods.registry import Method
from bot.sandbox.params import Params
from bot.sandbox.records import Json, unix
from bot.sandbox.updates import KINDS, Webhook
from bot.sandbox.world import World

LONGEST_POLL = 50
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


def _allowed(params: Params) -> list[str] | None:
    """`allowed_updates`; what is no array is as if it were not given, as with Telegram."""
    given = params.get("allowed_updates")
    return [str(kind) for kind in given] if isinstance(given, list) else None


async def get_updates(world: World, params: Params) -> list[Json]:
    """The long poll; `timeout` runs in real seconds."""
    if world.updates.webhook is None:
        world.updates.allow(_allowed(params))
    limit = min(100, max(1, params.integer("limit", 100)))
    timeout = min(LONGEST_POLL, max(0, params.integer("timeout")))
    return await world.updates.read(params.integer("offset"), limit, timeout)


def set_webhook(world: World, params: Params) -> bool:
    """Push updates to a URL; an empty one is deleteWebhook. Plain http only to this very machine."""
    url, secret = params.text("url"), params.text("secret_token")
    if not url:
        return delete_webhook(world, params)
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if parts.scheme == "https" and (parts.port or 443) not in (443, 80, 88, 8443):
        raise bad_request("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
    if not re.fullmatch(r"[A-Za-z0-9_-]{0,256}", secret):
        raise bad_request("secret token contains unallowed characters")
    if params.flag("drop_pending_updates"):
        world.updates.clear()
    allowed = _allowed(params)
    world.updates.allow(allowed)
    world.updates.webhook = Webhook(url, secret, params.integer("max_connections", 40), allowed)
    world.record("webhook")
    return True


def delete_webhook(world: World, params: Params) -> bool:
    """Back to getUpdates; what waits is kept unless told otherwise."""
    world.updates.webhook = None
    if params.flag("drop_pending_updates"):
        world.updates.clear()
    world.record("webhook")
    return True


def get_webhook_info(world: World, params: Params) -> Json:  # noqa: ARG001  it takes none
    """How the pushing goes."""
    hook = world.updates.webhook
    known: Json = {"url": hook.url if hook else "", "has_custom_certificate": False}
    known["pending_update_count"] = len(world.updates.pending())
    if hook is None:
        return known
    known["max_connections"] = hook.max_connections
    if hook.allowed:
        known["allowed_updates"] = [kind for kind in KINDS if kind in hook.allowed]
    if hook.last_error_at is not None:
        known |= {"last_error_date": unix(hook.last_error_at), "last_error_message": hook.last_error}
    return known


def get_file(world: World, params: Params) -> Json:
    """Where a file can be fetched, if it is within 20 MB."""
    if world.faults.files_broken:
        raise ApiError(500, "Internal Server Error")
    if not params.text("file_id"):
        raise bad_request("file_id not specified")
    stored = world.files.fetchable(params.text("file_id"))
    known = {"file_id": stored.file_id, "file_unique_id": stored.unique_id}
    return known | {"file_size": stored.size, "file_path": stored.path}


METHODS: dict[str, Method] = {
    "getUpdates": get_updates,
    "setWebhook": set_webhook,
    "deleteWebhook": delete_webhook,
    "getWebhookInfo": get_webhook_info,
    "getFile": get_file,
}
