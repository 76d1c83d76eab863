"""`python -m bot` is `gridcare`."""

from bot.cli import main

if __name__ == "__main__":
    main()
