"""Set Threefold up and run it with demo data, in one command: python3 scripts/run.py.

Makes .venv, installs the packages, builds the front end, brings the demo database up to date, loads demo data on the
first run, then runs the web server and the scheduler until Ctrl-C. A second start skips what is done. Everything it
makes is in .venv, instance and crm/static/build. Needs nothing but Python.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036  # the sentence is for those who have an older one
    sys.exit("Threefold needs Python 3.11 or newer, and this is %d.%d." % sys.version_info[:2])  # noqa: UP031

import argparse

import demo
import serving
from progress import Progress, print_every_letter
from set_up import SetUpError, build_front_end, install, make_venv, only_one_at_a_time

DEFAULT_PORT = 5000
REQUIREMENTS = "requirements.txt"


def main() -> int:
    options = parse_options()
    print_every_letter()
    try:
        set_up(options)
        if options.command:
            return demo.run_command(options.command)
        if options.no_serve:
            return 0
        return serving.serve(serving.free_port(options.port, DEFAULT_PORT))
    except SetUpError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. Run the same command again to go on.", file=sys.stderr)
        return 130


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Set Threefold up and run it with demo data.")
    parser.add_argument("--port", type=int, help=f"where to serve on this computer (default {DEFAULT_PORT})")
    parser.add_argument("--empty", action="store_true", help="begin without demo employers: only the sign-ins")
    parser.add_argument("--reset", action="store_true", help="remove the demo database and begin again")
    parser.add_argument("--no-serve", action="store_true", help="set up and stop")
    parser.add_argument(
        "command",
        nargs=argparse.REMAINDER,
        help="instead of serving, run a command on the demo: import-employers FILE, export-workbook --out FILE …",
    )
    return parser.parse_args()


def set_up(options: argparse.Namespace) -> None:
    with only_one_at_a_time(print):
        if options.reset:
            demo.remove_database()
        progress = Progress(steps=5)
        with progress.step("Python environment") as step:
            make_venv(REQUIREMENTS, step)
        with progress.step("Packages") as step:
            install(REQUIREMENTS, step)
        with progress.step("Styles and scripts") as step:
            build_front_end(step)
        with progress.step("Database") as step:
            demo.bring_up_to_date(step)
        with progress.step("Demo data") as step:
            demo.load_data(step, empty=options.empty)
        print(f"Ready after {progress.seconds:.1f} s.", flush=True)


if __name__ == "__main__":
    sys.exit(main())
