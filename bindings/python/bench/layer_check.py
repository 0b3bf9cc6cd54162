"""What it costs an SCLinear to see whether its weight has changed: `layer_check.py`, a table in Markdown.

The check is a hash of the weight in every call; `freeze()` drops it. Both are timed in turn, the best of some rounds.
"""

from __future__ import annotations

import argparse
import time
from typing import Any

import torch

import scmp
from scmp.nn.contents import fingerprint


def once(call: Any, *arguments: Any) -> float:
    """Milliseconds of one call."""
    start = time.perf_counter()
    call(*arguments)
    return (time.perf_counter() - start) * 1e3


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    rounds = parser.parse_args().rounds
    torch.manual_seed(1)
    print("| weight | threads | rows | product, ms | with the check, ms | check, ms | GB/s |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for features, outputs in ((16, 16), (768, 3072), (4096, 4096)):
        layer = scmp.SCLinear(features, outputs, bias=False)
        weight = layer.weight.detach()
        for threads in sorted({1, scmp.Context().threads}):
            layer.options = {"context": scmp.Context(threads=threads)}
            for rows in (1, 8, 32):
                x = torch.randn(rows, features)
                frozen, checked, check = [], [], []
                with torch.no_grad():
                    for _ in range(rounds * (50 if features < 100 else 1)):
                        layer.freeze()
                        frozen.append(once(layer, x))
                        layer.unfreeze()
                        checked.append(once(layer, x))
                        check.append(once(fingerprint, weight, layer.options))
                size = weight.numel() * weight.element_size()
                print(
                    f"| {outputs}x{features} | {threads} | {rows} | {min(frozen):.3f} | {min(checked):.3f} "
                    f"| {min(check):.3f} | {size / min(check) / 1e6:.1f} |"
                )


if __name__ == "__main__":
    main()
