"""`python -m bot.cli` is `cspm`."""

import sys

from bot.cli.main import main

sys.exit(main())
