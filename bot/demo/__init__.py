"""`gridcare demo`: a town to try the bot in, on one page in the browser.

`town.py` who lives there, `stage.py` puts sandbox, bot and page together, `terminal.py` the command; `feed.py`,
`views.py` and `acts.py` the page's backend, `timekeeper.py` its clock, `page/` the page, `samples.py` and `scenery.py`
photos for people without a camera.
The sandbox beneath knows nothing of this, and the bot does not know that it is in a demo.
"""
