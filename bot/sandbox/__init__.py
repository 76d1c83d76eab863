"""A small, strict Telegram to run bots against: a world of people and groups, and its Bot API over real HTTP.

    world = World(clock)
    ma = world.add_user(10001, "小马")
    grid = world.add_group(-1001234567890, "第三网格", [ma])
    async with serve(world) as base_url:          # give base_url to the bot
        ma.start()
        ma.send_photo(jpeg, "路灯坏了")
        answer = await ma.press(ma.last(), "公共设施")

It knows nothing of the bot that talks to it. `world.py` is the state, `people.py` and `groups.py` what people do,
`methods/` what the bot may call, `api.py` and `serve.py` the server, `faults.py` what breaks on demand.

Known to be milder than Telegram: URLs are not fetched as files, Markdown and inline mode are not spoken, turning
privacy mode off works without adding the bot again, an unread press is kept as long as other updates
(`updates.callback_kept`), an album counts as one call against the limits.
"""
