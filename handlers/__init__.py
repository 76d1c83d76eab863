"""The Telegram face: what a message or a button means, and what a person sees.

Whole it is `handlers.face`. This file imports nothing: `gridcare check` and `invite` want to send, not to understand.
"""
