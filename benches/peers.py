#!/usr/bin/env python3
"""Other programs on the texts of the bench, with the patterns of our rules, in one run.

    cargo build --release --benches
    python3 -m venv peers && peers/bin/pip install hyperscan presidio-analyzer
    apt-get install ripgrep clamav
    peers/bin/python benches/peers.py [TEXT]...

TEXT is a kind of text of the bench (default: mail, records, numbers). A program that is not there is
left out. Figures are MB of text per second of CPU time, the best of three runs, start-up of
programs taken off by scanning an empty file. What each does:

phi-milter   all shipped rules: patterns, word lists, words near, checks, whom it is about
patterns     hyperscan: where each pattern of our rules ends; ripgrep: the matches of all of them as
             one expression, those that overlap left out
ClamAV       its detection of structured data (SSN and card numbers), no signatures, message by message
Presidio     its recognizers of US identifiers by pattern, no language model; those of mail and web
             addresses left out, since they fetch a list from the network
"""

import glob
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time

ROUNDS = 3
CHUNK = 8 << 10
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def bench(*words):
    """Runs the newest build of our bench and gives what it prints."""
    built = [path for path in glob.glob(f"{ROOT}/target/release/deps/scan-*") if os.access(path, os.X_OK)]
    if not built:
        sys.exit("build the bench first: cargo build --release --benches")
    newest = max(built, key=os.path.getmtime)
    return subprocess.run([newest, *words], check=True, capture_output=True, text=True).stdout


def of_children():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def cpu_of(command):
    """Seconds of CPU time that a command takes, the least of some runs."""
    taken = []
    for _ in range(ROUNDS):
        before = of_children()
        subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        taken.append(of_children() - before)
    return min(taken)


def least(work):
    """Seconds of CPU time that a function takes, the least of some runs."""
    taken = []
    for _ in range(ROUNDS):
        before = time.process_time()
        work()
        taken.append(time.process_time() - before)
    return min(taken)


def chunks(text):
    return [text[at:at + CHUNK] for at in range(0, len(text), CHUNK)]


def ripgrep(folder, text, patterns):
    if not shutil.which("rg"):
        return None
    listed = os.path.join(folder, "patterns.txt")
    empty = os.path.join(folder, "empty.txt")
    open(empty, "w").close()
    command = ["rg", "--no-config", "-j1", "--no-unicode", "--only-matching", "--count-matches",
               "--dfa-size-limit", "64M", "--regex-size-limit", "1G"]
    # What it can't compile is left out, in its favour.
    kept = [pattern for pattern in patterns
            if subprocess.run([*command, "-e", pattern, empty], capture_output=True).returncode < 2]
    with open(listed, "w") as file:
        file.write("\n".join(kept) + "\n")
    command += ["-f", listed]
    print(f"           (ripgrep: {len(kept)} of {len(patterns)} patterns)")
    return cpu_of([*command, text]) - cpu_of([*command, empty])


def hyperscan(text, patterns):
    try:
        import hyperscan as hs
    except ImportError:
        return None
    database = hs.Database()
    kept = []
    for pattern in patterns:
        # What it can't compile is left out, in its favour.
        try:
            hs.Database().compile(expressions=[pattern.encode()], flags=[0])
            kept.append(pattern.encode())
        except hs.error:
            pass
    start = time.process_time()
    database.compile(expressions=kept, ids=list(range(len(kept))), flags=[0] * len(kept))
    compiled = time.process_time() - start
    with open(text, "rb") as file:
        pieces = chunks(file.read())
    found = [0]

    def count(*_):
        found[0] += 1

    seconds = least(lambda: [database.scan(piece, match_event_handler=count) for piece in pieces])
    # A call into Python for each match is not the library's: what it takes is taken off.
    calls = found[0] // ROUNDS
    calling = least(lambda: [count(0, 0, 0, 0, None) for _ in range(calls)])
    print(f"           (hyperscan: {len(kept)} of {len(patterns)} patterns, compiled in {compiled:.1f} s, "
          f"{calls} matches)")
    return max(seconds - calling, 1e-9)


def clamav(folder, messages):
    if not shutil.which("clamscan"):
        return None
    signatures = os.path.join(folder, "none.hdb")
    with open(signatures, "w") as file:
        file.write("44d88612fea8a8f36de82e1278abb02f:68:nothing\n")
    empty = os.path.join(folder, "nothing")
    os.makedirs(empty, exist_ok=True)
    command = ["clamscan", "--quiet", "-r", "-d", signatures, "--detect-structured=yes",
               "--structured-ssn-count=1", "--structured-cc-count=1", "--structured-ssn-format=2"]
    return cpu_of([*command, messages]) - cpu_of([*command, empty])


def presidio(text):
    try:
        from presidio_analyzer import predefined_recognizers as known
    except ImportError:
        return None
    names = ["UsSsnRecognizer", "UsItinRecognizer", "UsLicenseRecognizer", "UsPassportRecognizer",
             "UsBankRecognizer", "UsMbiRecognizer", "UsNpiRecognizer", "MedicalLicenseRecognizer",
             "CreditCardRecognizer", "DateRecognizer", "IpRecognizer", "PhoneRecognizer"]
    recognizers = [getattr(known, name)() for name in names if hasattr(known, name)]
    with open(text, encoding="utf-8") as file:
        # A part of the text tells the pace.
        pieces = chunks(file.read(256 << 10))

    def scan():
        for piece in pieces:
            for recognizer in recognizers:
                recognizer.analyze(piece, recognizer.supported_entities, None)

    return least(scan) * os.path.getsize(text) / sum(len(piece.encode()) for piece in pieces)


def main():
    kinds = sys.argv[1:] or ["mail", "records", "numbers"]
    with tempfile.TemporaryDirectory() as folder:
        bench("--write", folder)
        with open(os.path.join(folder, "patterns.tsv")) as file:
            patterns = [line.rstrip("\n").split("\t", 2)[2] for line in file]
        print(f"{len(patterns)} patterns; MB/s of CPU time")
        for kind in kinds:
            text = os.path.join(folder, f"{kind}.txt")
            size = os.path.getsize(text) / 1e6
            print(f"{kind}: {size:.1f} MB")
            ours = re.search(rf"{kind}: +([0-9.]+) MB/s", bench("--only", kind))
            print(f"  {'phi-milter':12} {float(ours[1]):8.1f}")
            for name, seconds in [
                ("hyperscan", hyperscan(text, patterns)),
                ("ripgrep", ripgrep(folder, text, patterns)),
                ("ClamAV", clamav(folder, os.path.join(folder, kind))),
                ("Presidio", presidio(text)),
            ]:
                if seconds is not None:
                    print(f"  {name:12} {size / max(seconds, 1e-9):8.1f}")


if __name__ == "__main__":
    main()
