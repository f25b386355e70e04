"""Posting and updating cards, with quiet hours and grouped reminders."""
