"""Trend texts."""

from __future__ import annotations

from bot.slack.pages.posture import sparkline, trend_text


def test_a_sparkline_has_a_character_per_day() -> None:
    assert sparkline([70.0, None, 77.0, 73.5]) == "▁ █▅"
    assert sparkline([None, None, 70.0, 77.0]) == "▁█"
    assert sparkline([70.0, 70.0]) == "▁▁"
    assert sparkline([None, 70.0]) == ""


def test_the_trend_text_describes_the_chart() -> None:
    words = trend_text([("2026-09-01", 70.0), ("2026-09-02", None), ("2026-09-03", 72.5)])
    assert words.startswith("70 on 2026-09-01, 72.5 on 2026-09-03 (▲ 2.5); lowest 70 on 2026-09-01")
    assert words.endswith("2 of 3 days recorded.")
