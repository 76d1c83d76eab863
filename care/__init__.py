"""The neighbourhood's rules and acts, knowing neither Telegram nor SQL."""
