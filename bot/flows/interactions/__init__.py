"""The Slack app: buttons, forms, commands, Home."""
