#!/usr/bin/env python3
"""Prints commands of README.md: `test` the test command, `commands` all others in their order.

Commands stand in fenced blocks marked `sh`, one a line. The test command is the one that calls
`cargo test`; the others are all run by the gate.
"""
import pathlib
import re
import sys

text = (pathlib.Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
blocks = re.findall(r"^```sh\n(.*?)^```", text, flags=re.S | re.M)
lines = [line.strip() for block in blocks for line in block.splitlines()]
lines = [line for line in lines if line and not line.startswith("#")]
tests = [line for line in lines if "cargo test" in line]
if not tests:
    sys.exit("README.md names no test command")
others = [line for line in lines if line not in tests and not line.startswith(("git clone", "cd "))]
print("\n".join(tests[:1] if sys.argv[1] == "test" else others))
