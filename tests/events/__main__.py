"""`python -m tests.events [EVENTS] [SEED]`."""

import sys

from tests.events.events import main

sys.exit(main())
