"""Data files that ship with the bot, and their readers."""
