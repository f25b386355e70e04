"""Commands that work on findings from files or Security Hub: score, gate, replay."""
