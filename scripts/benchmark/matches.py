"""Measure the matching of a city. Standard library only; `matching` asks the question and judges the answer."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from progress import Progress
from set_up import PYTHON, run

OTHERS = ("first come, first served", "first come, one each in turn")
BUDGET = 30.0  # seconds, from the question to the answer


def bench_matching(folder: Path, settings: Mapping[str, str]) -> list[dict[str, Any]]:
    """The figures of each city."""
    file, progress = folder / "matching.json", Progress(steps=1)
    with progress.step("Matching 2,000 young people") as step:

        def say(line: str) -> None:
            if step.live:
                step.say(line)
            else:
                print(f"      {line.strip()}", flush=True)

        run([PYTHON, "-m", "benchmark.matching", str(file)], say, "The matching failed", settings)
    return list(json.loads(file.read_text(encoding="utf-8")))


def print_matching(cities: list[dict[str, Any]]) -> None:
    for city in cities:
        size = f"{city['opportunities']:,} opportunities with {city['seats']:,} free seats"
        print(f"\n{city['people']:,} young people, {size}")
        print(f"{'':<32}{'0 of 3':>8}{'1 of 3':>8}{'2 of 3':>8}{'3 of 3':>8}{'places':>8}{'points':>8}")
        for way in city["ways"]:
            numbers = [*way["distribution"], way["places"], way["points"]]
            print(f"{way['way']:<32}{''.join(f'{number:>8,}' for number in numbers)}")
        for other in OTHERS:
            print(f"Margin over {other}: {_margin(city, other)}")
        verdict = "ok" if city["seconds"] < BUDGET else "OVER"
        print(f"Seconds: {city['seconds']} (budget {BUDGET:.0f}: {verdict}), at most {city['peak_mib'] or '–'} MiB")
        print(f"Proved that no other is better: {'yes' if city['proved'] else 'no'}")
        print(f"Checker, which shares no code with the solver: {city['broken_rules']} broken rules", *city["faults"])


def _margin(city: dict[str, Any], other: str) -> str:
    ways = {way["way"]: way["distribution"] for way in city["ways"]}
    steps = {name: sum(number * people for number, people in enumerate(ways[name])) for name in ways}
    fewer, more = ways[other][0] - ways["matching"][0], steps["matching"] - steps[other]
    return f"{fewer:,} fewer left without any, {more:+,} places that count"
