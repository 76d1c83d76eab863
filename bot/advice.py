"""What goes wrong at the start, in plain words with the next step; said by `gridcare check` and by `gridcare run`."""

from __future__ import annotations

import errno
from urllib.parse import urlsplit

_PUBLIC = "https://api.telegram.org"


def token_refused(said: str) -> str:
    """getMe does not know the token; `said` is the server's own word."""
    return (
        f"the token is refused ({said}): it was mistyped or revoked. In Telegram open @BotFather, send /mybots, choose "
        "the bot, press API Token, and copy all of it to [telegram] token in the config"
    )


def offline(base_url: str, said: str) -> str:
    """Nobody answers where Telegram should be; `said` is the connection's error."""
    host = urlsplit(base_url).hostname or base_url
    if "DNS" in said:
        why = f"this machine does not find the name {host}. Is it on the network?"
    elif "Certificate" in said or "SSL" in said:
        why = f"{host} is there, but not trusted. Is this machine's clock right? Is there a proxy in between?"
    elif base_url.rstrip("/") != _PUBLIC:
        why = f"nobody answers at {base_url}. Does your Bot API server run, and is [telegram] base_url its address?"
    else:
        why = f"nobody answers at {host}. Try {_PUBLIC} in a browser on this machine: some networks block it."
    return f"not reachable: {said}; {why} The bot itself waits for the network and loses nothing"


def cannot_listen(where: str, address: str, error: OSError) -> str:
    """An address to listen on cannot be had; `where` is its key in the config."""
    if error.errno == errno.EADDRINUSE:
        return (
            f"another program, or another GridCare, already listens on {address}. Stop it, or write another port in "
            f"{where}"
        )
    if error.errno == errno.EACCES:
        return f"this user may not listen on {address}. Write a port above 1023 in {where}, such as 8443"
    if error.errno == errno.EADDRNOTAVAIL:
        return f"{address} is no address of this machine. Write 127.0.0.1 or 0.0.0.0 and the port in {where}"
    return f"nobody can listen on {address}: {error.strerror or error}. Correct {where}"


def not_writable(folder: object, key: str, error: OSError) -> str:
    """A folder of ours cannot be written to; `key` names it in the config."""
    if error.errno in (errno.EEXIST, errno.ENOTDIR):
        return f"{folder} cannot be a folder: a file of that name is in the way. Move it, or correct {key}"
    if error.errno == errno.ENOSPC:
        return f"the disk with {folder} is full. Free some space, or name a folder on another disk in {key}"
    return (
        f"{folder} cannot be written to by this user ({error.strerror or error}). Give it to the user the bot runs as "
        f"(chown), or correct {key}"
    )
