"""The core: pure values and rules. No AWS, no Slack, no clock, no input or output."""
