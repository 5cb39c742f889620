"""The scripts import each other from their own folder, as they do when they are started."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[3] / "scripts"))
