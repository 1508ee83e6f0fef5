#!/usr/bin/env python3
"""A large configuration for the subject `gateway-10k`: gateway.yaml of this folder, with more keys and models around its own.

    many.py KEYS MODELS > run/gateway-10k.yaml
"""
import os
import sys


def with_more(base, keys, models):
    """The lines of `base`, with `keys` keys and `models` models added before the first of each."""
    for line in base:
        yield line
        if line == "models:\n":
            for n in range(models):
                yield f"  - {{ name: filler-{n:05}, targets: [{{ provider: mock, model: mock-1 }}], price: {{ input: 1.00, output: 2.00 }} }}\n"
        elif line == "keys:\n":
            for n in range(keys):
                yield f"  - {{ name: filler-{n:05}, key: sk-filler-{n:05}, team: bench, models: [filler-*, mock-1] }}\n"


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "gateway.yaml")) as f:
        sys.stdout.writelines(with_more(f, int(sys.argv[1]), int(sys.argv[2])))
