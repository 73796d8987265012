#!/usr/bin/env python3
"""Compares the JSON Schema of scenario files with the checker on files with one thing made wrong.

    schema.py DETER FILE...

Both judge each mutated file. They must agree wherever both can speak: on unknown keys, types, words of lists and ranges. What
only the checker knows (which names exist, what makes sense together) is not counted against the schema.
"""
import collections
import json
import pathlib
import random
import re
import subprocess
import sys
import tempfile
import tomllib

import jsonschema

# Findings that a schema can make as well: keys, types, ranges, words, missing keys, shapes of distributions, codes of states, kinds
# of event.
SHARED = {"S0101", "S0102", "S0103", "S0104", "S0105", "S0106", "S0107", "S0110", "S0112", "S0213"}
# What of them no schema can say; docs/scenario-format.md lists it ("What only the checker sees").
CHECKER_ONLY = re.compile(
    r"low lies above high|mode lies outside|sd is negative|sigma is negative|median must be above|hardly any of the normal|range is too wide"
    r"|a and b must lie|sigma is above|needs months that rise|cannot vary over members"
)
# Paths of events are shapes where no world has them, and names where this world has not.
PATHS = "is not a figure that an event can change"
# Missing things that no schema of one file sees: they may stand in the file that it extends.
ELSEWHERE = re.compile(r"has no `state`|has no name|has no states|has no arrangement")
# Lines of a file that are made wrong, one at a time.
PER_FILE = 60

line = re.compile(r'^(?P<key>[A-Za-z_"][\w".-]*)\s*=\s*(?P<value>[^#\n]+?)(?P<rest>\s*(#.*)?)$')


def mutations(text, rng):
    """Yields (kind, text): one line made wrong in one way."""
    lines = text.splitlines()
    inside = False
    spots = []
    for at, each in enumerate(lines):
        if not inside and (found := line.match(each)) and '"""' not in each:
            spots.append((at, found))
        if each.count('"""') % 2:
            inside = not inside
    rng.shuffle(spots)
    for at, found in spots[:PER_FILE]:
        key, value, rest = found["key"], found["value"], found["rest"]
        wrong = [("key", f"{key.rstrip(chr(34))}_x{chr(34) if key.endswith(chr(34)) else ''} = {value}")]
        if re.fullmatch(r"[-+]?[\d_.]+(e[-+]?\d+)?", value):
            wrong += [("type", f'{key} = "text"'), ("range", f"{key} = 1e9"), ("range", f"{key} = -1e9"), ("type", f"{key} = true")]
        elif value.startswith('"'):
            wrong += [("type", f"{key} = 7"), ("word", f'{key} = "no such word"')]
        elif value.startswith("["):
            wrong += [("type", f"{key} = 7"), ("type", f"{key} = [[7]]")]
        elif value.startswith("{"):
            wrong += [("type", f"{key} = 'text'"), ("shape", f"{key} = {{ normal = [0] }}"), ("shape", f"{key} = {{ norm = [0, 1] }}")]
        elif value in ("true", "false"):
            wrong += [("type", f"{key} = 1")]
        # Values that one of the two may take and the other not: whole numbers with a point, what is no number, names in other letters.
        if re.fullmatch(r"\d[\d_]*", value):
            wrong += [("whole", f"{key} = {value}.0"), ("half", f"{key} = {value}.5")]
        if re.fullmatch(r"[-+]?[\d_.]+(e[-+]?\d+)?", value):
            wrong += [("nan", f"{key} = nan"), ("infinite", f"{key} = -inf"), ("quoted", f'{key} = "{value}"')]
            wrong += [("spread", f"{key} = {{ normal = [{value}, nan] }}"), ("spread", f"{key} = {{ uniform = [2, 1] }}")]
        if re.search(r'"[A-Z]{3}"', value):
            wrong += [("code", f"{key} = " + re.sub(r'"([A-Z]{3})"', lambda m: m[0].lower(), value, count=1))]
        kind, new = rng.choice(wrong)
        yield kind, "\n".join([*lines[:at], new + rest, *lines[at + 1:], ""])
    headings = [at for at, each in enumerate(lines) if re.match(r"\[(states|spending|talks|challengers)\.[A-Z]{3}", each)]
    for at in rng.sample(headings, min(6, len(headings))):
        new = re.sub(r"\.([A-Z]{3})", lambda m: m[0].lower(), lines[at], count=1)
        yield "code", "\n".join([*lines[:at], new, *lines[at + 1:], ""])


def main():
    deter, files = sys.argv[1], [pathlib.Path(f) for f in sys.argv[2:]]
    schema = json.loads(subprocess.run([deter, "schema"], check=True, capture_output=True).stdout)
    validator = jsonschema.Draft202012Validator(schema)
    jsonschema.Draft202012Validator.check_schema(schema)
    rng = random.Random(1)
    counts = collections.defaultdict(lambda: [0, 0, 0])
    disagreements = []
    with tempfile.TemporaryDirectory() as folder:
        made = {}
        for file in files:
            below = pathlib.Path(folder, "worlds" if file.parent.name == "worlds" else "others")
            below.mkdir(exist_ok=True)
            for number, (kind, text) in enumerate(mutations(file.read_text(encoding="utf-8"), rng)):
                path = below / f"{file.stem}-mutated-{number}.toml"
                path.write_text(text, encoding="utf-8")
                made[str(path)] = (kind, text)
        # Exit code 3 is what is wanted here: nearly all of them are invalid.
        told = subprocess.run([deter, "check", "--json", folder], capture_output=True)
        for entry in json.loads(told.stdout)["scenarios"]:
            kind, text = made[entry["scenario"]]
            own = [f for f in entry["findings"] if f["file"] == entry["scenario"] and f["severity"] == "error"]
            if any(f["code"] == "S0005" for f in own):
                continue
            own = [f for f in own if not CHECKER_ONLY.search(f["message"])]
            refused = any(
                f["code"] in SHARED and not ELSEWHERE.search(f["message"]) or PATHS in f["message"] for f in own
            )
            flawed = next(validator.iter_errors(tomllib.loads(text)), None)
            count = counts[kind]
            count[0] += 1
            count[1] += refused
            count[2] += refused == (flawed is not None)
            if refused != (flawed is not None):
                said = [f["message"] for f in own] or "nothing"
                disagreements.append(f"{entry['scenario']}: checker says {said}, schema {flawed and flawed.message[:200]}")
    total = agreed = 0
    for kind, (tried, refused, same) in sorted(counts.items()):
        print(f"{kind}: {same} of {tried} judged alike, {refused} of them refused by the checker")
        total, agreed = total + tried, agreed + same
    print(f"{agreed} of {total} mutated files judged alike ({100 * agreed / total:.2f} percent)")
    print("\n".join(disagreements[:30]))
    sys.exit(agreed != total)


if __name__ == "__main__":
    main()
