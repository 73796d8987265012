#!/usr/bin/env bash
# PettingZoo: parallel_api_test passes an environment whose observations lie outside their space in every respect.
#
# Versions: pettingzoo 1.27.0, gymnasium 1.4.0, numpy 2.4.6, Python 3.11.
# Behaviour: the space is three float32 numbers from 0 to 1; the environment hands out five float64 NaNs, and rewards that are NaN. The test
#   prints "Passed Parallel API test" and warns of nothing. space.contains says False of every observation.
# Output seen:
#   Passed Parallel API test
#   warnings: 0; observations inside their space: 0 of 42
# Why it matters here: beliefs are probabilities. A wrapper of a game of promises that passes this test may still hand a player numbers that are
#   none, so that passing it says nothing about values: they are to be held against their spaces by a test of one's own.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check pettingzoo==1.27.0 gymnasium==1.4.0 numpy==2.4.6
"$work/venv/bin/python" - <<'P'
import sys
import warnings

import numpy as np
from gymnasium import spaces
from pettingzoo import ParallelEnv
from pettingzoo.test import parallel_api_test

inside = []


class Doubtful(ParallelEnv):
    metadata = {"name": "doubtful_v0"}
    belief = spaces.Box(0.0, 1.0, (3,), np.float32)
    answer = spaces.Discrete(3)

    def __init__(self):
        self.possible_agents = ["ally", "challenger"]
        self.agents = []

    def observation_space(self, agent):
        return self.belief

    def action_space(self, agent):
        return self.answer

    def observe(self):
        seen = {agent: np.full(5, np.nan) for agent in self.agents}
        inside.extend(self.belief.contains(o) for o in seen.values())
        return seen

    def reset(self, seed=None, options=None):
        self.agents = list(self.possible_agents)
        self.month = 0
        return self.observe(), {agent: {} for agent in self.agents}

    def step(self, actions):
        self.month += 1
        ended = self.month == 9
        result = (
            self.observe(),
            {agent: float("nan") for agent in self.agents},
            {agent: ended for agent in self.agents},
            {agent: False for agent in self.agents},
            {agent: {} for agent in self.agents},
        )
        if ended:
            self.agents = []
        return result


with warnings.catch_warnings(record=True) as said:
    warnings.simplefilter("always")
    parallel_api_test(Doubtful(), num_cycles=50)
print(f"warnings: {len(said)}; observations inside their space: {sum(inside)} of {len(inside)}")
sys.exit(0 if not said and inside and not any(inside) else "this has changed")
P
