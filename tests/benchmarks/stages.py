"""Cost of each stage as a ratio to Kiwi's own tokenization of the same texts, on one core, in one run.

    python tests/benchmarks/stages.py [--releases FILE.jsonl.gz] [--number 300] [--model DIR]

Processor time of this process, Kiwi with its model loaded already; `tagging and classifying` is the sum that issue 4 bounds: rules,
tagger, classifier.
"""

import argparse
import gc
import gzip
import itertools
import json
import pathlib
import time

from kiwipiepy import Kiwi
from threadpoolctl import threadpool_limits

from pipeline.engine import load_engine
from pipeline.read import from_texts
from pipeline.sheet import from_releases
from pipeline.tables import rows

HERE = pathlib.Path(__file__).resolve()
DEFAULT = HERE.parents[3] / "shared" / "real" / "releases-2024.jsonl.gz"
LABELLING = ("dajim_mentions", "dajim_tagger", "dajim_sentences", "dajim_classifier")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--releases", type=pathlib.Path, default=DEFAULT)
    parser.add_argument("--number", type=int, default=300)
    parser.add_argument("--model", type=pathlib.Path)
    options = parser.parse_args()
    with gzip.open(options.releases, "rt", encoding="utf-8") as lines:
        releases = list(from_texts([json.loads(line) for line in itertools.islice(lines, options.number)]))
    kiwi = Kiwi(num_workers=1)
    kiwi.tokenize("가")
    engine = load_engine(options.model, workers=1)
    engine.analyse(releases[:32])
    gc.collect()
    gc.freeze()  # as the workers of a run do
    gc.set_threshold(100_000, 20, 20)

    def seconds(work) -> float:
        start = time.process_time()
        work()
        return time.process_time() - start

    with threadpool_limits(1):
        base = seconds(lambda: [kiwi.tokenize(r.text) for r in releases])
        sheets = []
        found = {"sheets (Kiwi included)": seconds(lambda: sheets.extend(from_releases(releases, engine.settings)))}
        for name, component in engine.components.items():
            found[name] = seconds(lambda c=component: [c.annotate(sheets[i : i + 32]) for i in range(0, len(sheets), 32)])
        found["rows"] = seconds(lambda: [rows(s, r) for s, r in zip(sheets, releases, strict=True)])
    found["tagging and classifying"] = sum(found.get(name, 0.0) for name in LABELLING)
    print(json.dumps({"releases": len(releases), "kiwi_s": round(base, 2)} | {name: round(s / base, 3) for name, s in found.items()}, indent=1))


if __name__ == "__main__":
    main()
