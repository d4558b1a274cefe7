#!/usr/bin/env python3
"""Makes coded documents of the pages of neutral prose: sentences of which none carries a marker, for tools/weigh.py to see what lives do not sound like.

    python3 tools/neutral.py neutral.jsonl
    cargo run --release -- evaluate --features features.jsonl corpus/gold/train neutral.jsonl
    python3 tools/weigh.py features.jsonl lexicons/en/weights

The sentences are those of the program, which is built for it. The pages of tests/neutral-kept-apart.txt are left out: their rate of false alarms would no longer be that
of pages that nobody has seen.
"""

import csv
import json
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
NAMES = "gold-neutral-"  # so that tools/weigh.py knows them


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    apart = set((ROOT / "tests/neutral-kept-apart.txt").read_text(encoding="utf-8").split())
    pages = {}
    with tempfile.TemporaryDirectory() as folder:
        results = pathlib.Path(folder) / "results"
        command = ["cargo", "run", "--release", "--quiet", "--", "score", "corpus/neutral", "-o", str(results), "--narrator", "*", "--no-report"]
        subprocess.run(command, cwd=ROOT, check=True)
        with open(results / "sentences.csv", encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                pages.setdefault(row["document"], []).append(row["text"])
    taken = {name: sentences for name, sentences in pages.items() if name not in apart}
    with open(sys.argv[1], "w", encoding="utf-8") as out:
        for name, sentences in taken.items():
            coded = [{"speaker": "P", "text": " ".join(text.split()), "markers": []} for text in sentences if text.strip()]
            document = {"document": NAMES + name, "profile": "neutral", "medium": "page", "about": "neutral page", "sentences": coded}
            out.write(json.dumps(document, ensure_ascii=False) + "\n")
    print(f"{len(taken)} pages → {sys.argv[1]}, {len(pages) - len(taken)} kept apart")


if __name__ == "__main__":
    main()
