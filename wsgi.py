"""What the server serves: `waitress-serve wsgi:app`."""

import sys

from config import Config, UnsafeSetting
from crm.app import create_app

try:
    app = create_app(Config.from_environment())
except UnsafeSetting as problem:
    sys.exit(f"Threefold will not start: {problem}")
