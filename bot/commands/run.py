"""`gridcare run`."""

from __future__ import annotations

import typer

from bot.cli_options import ConfigOption, load_config_or_exit


def command(config: ConfigOption) -> None:
    """Run the bot: polling or webhook, until SIGTERM or Ctrl-C."""
    import asyncio  # noqa: PLC0415 -- so that --help is quick
    import gc  # noqa: PLC0415 -- as above

    from bot import logging  # noqa: PLC0415

    gc.disable()  # imports leave no garbage, and looking for it is a quarter of the time until we are ready
    logging.configure()
    settings = load_config_or_exit(config)
    from bot.run import serve  # noqa: PLC0415

    gc.freeze()
    gc.enable()
    raise typer.Exit(asyncio.run(serve(settings)))
