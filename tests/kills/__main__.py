"""`python -m tests.kills [KILLS] [SEED]`."""

import sys

from tests.kills.kills import main

sys.exit(main())
