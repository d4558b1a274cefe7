#!/usr/bin/env python3
"""Builds the fuzz targets, makes their seeds, runs each for some time and prints a table.

    python3 fuzz/run.py                         every target, ten minutes each, two at a time
    python3 fuzz/run.py --seconds 60 rtf html   two of them, one minute each
    python3 fuzz/run.py --seeds-only            writes fuzz/corpus/*/seed-* and stops

Needs the nightly toolchain and cargo-fuzz (`cargo install cargo-fuzz`). Seeds are made of the one interview that `tests/formats` keeps in every format. A run
that finds something goes on with the time it has left. What was found lies in fuzz/artifacts, what was printed in fuzz/logs.

Inputs that took five seconds and more are read again when the run is over: on a machine that has much else to do most of them took milliseconds of the
processor, and only those that take more than a second of it are findings. For the same reason the table says how long the processor worked.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).resolve().parent
INTERVIEW = HERE.parent / "tests" / "formats" / "interview"
TRIPLE = "x86_64-unknown-linux-gnu"

# Which files of the interview are seeds as they are. Packages are seeds by their parts, too; see `parts`.
SEEDS = {
    "text": ["*.txt", "*.md"],
    "words": ["*.txt", "*.md"],
    "rtf": ["*.rtf"],
    "html": ["*.html"],
    "captions": ["*.vtt", "*.srt"],
    "chat": ["*.cha"],
    "textgrid": ["*.TextGrid"],
    "elan": ["*.eaf"],
    "json": ["*.json"],
    "lines": ["*.jsonl"],
    "table": ["*.csv", "*.tsv"],
    "pdf": ["*.pdf"],
    "packed": ["*.gz", "*.zst"],
    "package": ["traps.docx", "bold.odt"],
    "epub": ["*.epub"],
    "sheet": ["turns.xlsx", "turns.xls", "turns.ods"],
    "parquet": ["../parquet/*.parquet"],
}


def parts(path):
    """The parts of a package that a target puts together again, with NULs between them; nothing for other files."""
    if path.suffix not in (".docx", ".odt", ".epub", ".xlsx", ".ods"):
        return None
    with zipfile.ZipFile(path) as package:
        names = package.namelist()

        def part(name):
            return package.read(name) if name in names else b""

        if path.suffix == ".docx":
            return part("word/document.xml") + b"\0" + part("word/styles.xml")
        if path.suffix == ".odt":
            return part("content.xml") + b"\0" + part("styles.xml")
        if path.suffix == ".ods":
            return part("content.xml")
        if path.suffix == ".epub":
            contents = next(name for name in names if name.endswith(".opf"))
            chapters = sorted(name for name in names if "/text/" in name)
            # The target calls its chapters a.xhtml and b.xhtml.
            listed = part(contents)
            for chapter, name in zip(chapters, (b"a.xhtml", b"b.xhtml")):
                listed = listed.replace(f"text/{chapter.rsplit('/', 1)[1]}".encode(), name)
            return b"\0".join([listed] + [part(chapter) for chapter in chapters])
        sheets = ["xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml"]
        return b"\0".join(map(part, sheets + ["xl/sharedStrings.xml", "xl/styles.xml", "xl/workbook.xml"]))


def make_seeds():
    """Writes the seeds of every target and returns how many there are of each."""
    counts = {}
    for target, patterns in SEEDS.items():
        folder = HERE / "corpus" / target
        folder.mkdir(parents=True, exist_ok=True)
        found = {path.name: path.read_bytes() for pattern in patterns for path in sorted(INTERVIEW.glob(pattern))}
        kinds = {"package": ["docx", "odt"], "epub": ["epub"], "sheet": ["xlsx", "ods"]}.get(target, [])
        for path in (path for kind in kinds for path in sorted(INTERVIEW.glob(f"*.{kind}"))):
            found[f"{path.name}.parts"] = parts(path)
        for name, content in found.items():
            (folder / f"seed-{name}").write_bytes(content)
        counts[target] = len(found)
    return counts


def build(targets):
    """Builds the targets."""
    for target in targets if len(targets) < len(SEEDS) else [""]:
        subprocess.run(["cargo", "+nightly", "fuzz", "build", *filter(None, [target])], cwd=HERE.parent, check=True)


def call(command):
    """Runs a program; returns how it ended, what it said, and how much time of the processor it took, in seconds."""
    environment = dict(os.environ, ASAN_OPTIONS="detect_odr_violation=0")
    with tempfile.TemporaryFile("w+", errors="replace") as said:
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=said, env=environment)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        return process.returncode, said.read(), usage.ru_utime + usage.ru_stime


def is_slow(program, path):
    """Whether an input takes more than a second of the processor when it is read again."""
    return call([str(program), "-detect_leaks=0", str(path)])[2] > 1


def run(target, programs, seconds):
    """Runs one target and returns its row of the table."""
    artifacts, logs = HERE / "artifacts" / target, HERE / "logs"
    artifacts.mkdir(parents=True, exist_ok=True)
    logs.mkdir(exist_ok=True)
    (HERE / "corpus" / target).mkdir(parents=True, exist_ok=True)
    program = logs / f"{target}.program"
    shutil.copy2(programs / target, program)
    began = time.monotonic()
    n_runs, coverage, features, worked, peak, findings = 0, 0, 0, 0, 0, []
    with open(logs / f"{target}.log", "w", errors="replace") as log:
        while (left := int(seconds - (time.monotonic() - began))) > 0:
            command = ["nice", "-n", "19", str(program), str(HERE / "corpus" / target)]
            command += [f"-max_total_time={left}", "-max_len=65536", "-timeout=25", "-rss_limit_mb=2048"]
            command += ["-report_slow_units=5", "-detect_leaks=0", "-print_final_stats=1"]
            command += [f"-artifact_prefix={artifacts}/"]
            code, said, seconds_worked = call(command)
            worked += seconds_worked
            log.write(said)
            log.flush()
            if not (read := re.findall(r"stat::number_of_executed_units:\s+(\d+)", said)):
                read = re.findall(r"^#(\d+)", said, re.M)[-1:]
            n_runs += sum(map(int, read))
            coverage = max([coverage] + [int(n) for n in re.findall(r" cov: (\d+)", said)])
            features = max([features] + [int(n) for n in re.findall(r" ft: (\d+)", said)])
            peak = max([peak] + [int(n) for n in re.findall(r"peak_rss_mb:\s+(\d+)", said)])
            findings += re.findall(r"Test unit written to \S+/(\S+)", said)
            if code != 0 and not re.search(r"Test unit written to", said):
                findings.append(f"ended with {code}")
                break
    taken = time.monotonic() - began
    is_time = ("slow-unit", "timeout")
    findings = [found for found in findings if not found.startswith(is_time) or is_slow(program, artifacts / found)]
    inputs = len(list((HERE / "corpus" / target).iterdir()))
    return f"| {target} | {taken:.0f} | {worked:.0f} | {n_runs} | {coverage} | {features} | {inputs} | {peak} | {', '.join(findings) or 'none'} |"


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("targets", nargs="*", help="targets to run; all of them if none is named")
    arguments.add_argument("--seconds", type=int, default=600, help="how long each runs (600)")
    arguments.add_argument("--jobs", type=int, default=2, help="how many run at a time (2)")
    arguments.add_argument("--seeds-only", action="store_true", help="make the seeds and stop")
    arguments.add_argument("--no-build", action="store_true", help="run what was built before")
    given = arguments.parse_args()
    targets = given.targets or list(SEEDS)
    if unknown := [target for target in targets if target not in SEEDS]:
        sys.exit(f"no such target: {', '.join(unknown)}; there are {', '.join(SEEDS)}")
    counts = make_seeds()
    print(f"{sum(counts.values())} seeds for {len(counts)} targets", flush=True)
    if given.seeds_only:
        return
    if not given.no_build:
        build(targets)
    programs = Path(os.environ.get("CARGO_TARGET_DIR", HERE / "target")) / TRIPLE / "release"
    print("| target | seconds | of the processor | executions | coverage | features | corpus | peak, MB | findings |")
    print("|---|---|---|---|---|---|---|---|---|", flush=True)
    with ThreadPoolExecutor(given.jobs) as pool:
        for row in pool.map(lambda target: run(target, programs, given.seconds), targets):
            print(row, flush=True)


if __name__ == "__main__":
    main()
