"""Scheduled jobs and exports: sweep, audit archive, case events, Security Hub updates."""
