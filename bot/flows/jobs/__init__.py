"""Scheduled jobs and what leaves the bot: sweep, audit archive, case events, Security Hub updates."""
