"""Speed of `dajim run` as a ratio to Kiwi alone, on the same releases, with the same two workers, in one run.

    python tests/benchmarks/speed.py [--releases FILE.jsonl.gz] [--number 1000] [--rounds 3]

Both are timed from the call to the last byte, each in a process of its own, Kiwi with its model loaded already (as
`list(kiwi.tokenize(texts))` is defined), dajim with everything: start-up of its workers, reading, analysis, writing.
The rounds alternate, and the ratio is the median of the rounds', since the machine is noisy.
"""

import argparse
import gzip
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve()
DEFAULT = HERE.parents[3] / "shared" / "real" / "releases-2024.jsonl.gz"

KIWI = """
import json, sys, time
from kiwipiepy import Kiwi
texts = [json.loads(line)["text"] for line in open(sys.argv[1], encoding="utf-8")]
kiwi = Kiwi(num_workers=2)
list(kiwi.tokenize(texts[:10]))
start = time.perf_counter()
list(kiwi.tokenize(texts))
print(time.perf_counter() - start)
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--releases", type=pathlib.Path, default=DEFAULT)
    parser.add_argument("--number", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        sample = pathlib.Path(folder) / "sample.jsonl"
        with gzip.open(options.releases, "rt", encoding="utf-8") as lines, sample.open("w", encoding="utf-8") as out:
            for _, line in zip(range(options.number), lines, strict=False):
                out.write(line)
        kiwi, dajim = [], []
        for number in range(options.rounds):
            kiwi.append(float(subprocess.run([sys.executable, "-c", KIWI, str(sample)], check=True, capture_output=True, text=True).stdout))
            start = time.perf_counter()
            subprocess.run(
                [sys.executable, "-m", "pipeline", "run", str(sample), "-o", f"{folder}/out{number}", "--workers", "2"],
                check=True,
                capture_output=True,
            )
            dajim.append(time.perf_counter() - start)
            print(f"round {number + 1}: kiwi {kiwi[-1]:.1f} s, dajim {dajim[-1]:.1f} s", file=sys.stderr)
        start = time.perf_counter()
        subprocess.run([sys.executable, "-m", "pipeline", "--help"], check=True, capture_output=True)
        starting = time.perf_counter() - start
    print(
        json.dumps(
            {
                "releases": options.number,
                "kiwi_s": statistics.median(kiwi),
                "dajim_s": statistics.median(dajim),
                "ratio": round(statistics.median(d / k for d, k in zip(dajim, kiwi, strict=True)), 2),
                "help_s": round(starting, 3),
            }
        )
    )


if __name__ == "__main__":
    main()
