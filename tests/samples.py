"""Files of the trade to try things on, where they are at hand: those that may not go into the project.

In the folder that SKRANKE_SAMPLES names, else beside the checkout. Tests skip what is not there.
"""

import os
from pathlib import Path

SAMPLES = Path(os.environ.get("SKRANKE_SAMPLES") or Path(__file__).resolve().parents[2] / "shared" / "data")
