"""`gridcare demo`: a town to try the bot in, on one page in the browser.

`neighbours.py` who lives there, `town.py` where, `papers.py` what its operator wrote; `stage.py` puts sandbox, bot
and page together, `board.py` says which town stands there now, `terminal.py` is the command. `feed.py`, `views.py` and
`acts.py` are the page's backend, `timekeeper.py` its clock, `page/` the page. `day.py` is the script of a day,
`deeds.py` what it can say, `player.py` plays it. `knowledge.py` reads what the bot knows (`known.py`,
`known_outbox.py`); `mishaps.py` lets the network, the bot or a phone fail, `machine.py` is what the bot runs on.
`samples.py` and `scenery.py` make photos for people without a camera.
The sandbox beneath knows nothing of this, and the bot does not know that it is in a demo.
"""
