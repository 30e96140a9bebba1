"""How many passwords this machine checks when it does nothing else: one process for each core."""

from __future__ import annotations

import os
import subprocess
import sys
import time

from bench import data

CORES = os.cpu_count() or 1


def per_second(seconds: float) -> float:
    """Of all cores together."""
    command = [sys.executable, "-m", "bench.hashing", str(seconds)]
    processes = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(CORES)]
    try:
        return sum(float(process.communicate(timeout=seconds + 30)[0]) for process in processes)
    finally:
        for process in processes:
            process.kill()
            process.wait()


def verify(seconds: float) -> float:
    """What one process checks a second, over this time."""
    hasher, count = data.hasher(), 0
    encoded = hasher.hash(data.PASSWORD)
    began = time.perf_counter()
    while time.perf_counter() < began + seconds:
        hasher.verify(encoded, data.PASSWORD)
        count += 1
    return count / (time.perf_counter() - began)


if __name__ == "__main__":
    print(verify(float(sys.argv[1])))
