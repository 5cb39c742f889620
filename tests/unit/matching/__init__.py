"""The judge of the benchmark, which shares no code with the matching, judges it here as well."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[3] / "scripts"))
