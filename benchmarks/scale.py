"""What a longer record costs: the CSV times 10, 100 and 1,000.

    python benchmarks/scale.py [--build]

Each copy of a row gets an id and dates of its own. The claims are left out, as
their verdicts are about the real record. Prints, for each size, the seconds of
the processor for checking and loading, the slowest measures, and the peak of
memory; with --build also build time, memory and page weight.
"""

from __future__ import annotations

import argparse
import csv
import datetime
import gzip
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from builds import JUPYTER_BOOK, ROOT, copy_of_book, timed

FACTORS = (1, 10, 100, 1000)
BUILD_FACTORS = (1, 10)
DATES = ("start", "end", "article_start")
MEASURES_SHOWN = 3


def multiply(data: Path, factor: int) -> int:
    """Make the events of a data folder, and what their sources say, *factor* times as many; returns the number of events."""
    with (data / "events.csv").open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        rows, columns = list(reader), reader.fieldnames
    with (data / "evidence.csv").open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        says, columns_of_evidence = list(reader), reader.fieldnames
    copies, evidence = list(rows), list(says)
    for number in range(1, factor):
        later = datetime.timedelta(days=number % 28)
        names = {}
        for row in rows:
            dates = {name: (datetime.date.fromisoformat(row[name]) + later).isoformat() for name in DATES if row[name]}
            names[row["event_id"]] = f"{dates['start']}-{number:04d}-{row['event_id'].lstrip('0123456789-')}"
            copies.append({**row, **dates, "event_id": names[row["event_id"]]})
        evidence += [{**row, "event_id": names[row["event_id"]]} for row in says]
    copies.sort(key=lambda row: (row["start"], row["event_id"]))
    evidence.sort(key=lambda row: (row["event_id"], row["source"]))
    for name, header, content in (("events", columns, copies), ("evidence", columns_of_evidence, evidence)):
        with (data / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, header, lineterminator="\n")
            writer.writeheader()
            writer.writerows(content)
    return len(copies)


def drop_claims(data: Path) -> None:
    """Leave of the claims only the header: their verdicts are about the real record."""
    claims = data / "claims.csv"
    claims.write_text(claims.read_text(encoding="utf-8").partition("\n")[0] + "\n", encoding="utf-8")


def keep_verdicts(data: Path) -> None:
    """Take the check from each claim whose verdict the longer record changes, for a build that has all its claims."""
    from rapprochement.claims import CheckError, verdict_of
    from rapprochement.data.files import read_table

    events = read_table("events", data)

    def stands(claim) -> bool:
        try:
            verdict = verdict_of(claim, events)
        except CheckError:
            return False
        return (verdict.against_own_list, verdict.against_record) == (claim["against_own_list"], claim["against_record"])

    with (data / "claims.csv").open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        claims, columns = list(reader), reader.fieldnames
    for claim, (_, parsed) in zip(claims, read_table("claims", data).iterrows()):
        if not stands(parsed):
            claim["check"] = ""
    with (data / "claims.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(claims)


def clocked(function):
    """The result of a function, and the seconds of the processor that it took."""
    started = time.process_time()
    return function(), time.process_time() - started


def measure(data: Path) -> None:
    """Check, load and measure one data folder, and print what it took. Runs in a process of its own, for its peak of memory."""
    from rapprochement import findings, measures
    from rapprochement.data import files as door
    from rapprochement.counting import ALTERNATIVES, CountingRule, contacts
    from rapprochement.data.check import find_faults

    faults, checking = clocked(lambda: find_faults(data))
    if faults:
        raise SystemExit(f"the benchmark's data is at fault: {faults[0]}")
    peak_of_check = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    events, loading = clocked(lambda: door.read_table("events", data))
    met, counting = clocked(lambda: contacts(events))
    gaps = measures.gaps_between_contacts(met)
    last = met["start"].max()
    halves = measures.with_half_year(met)
    calls = {
        **{f"contacts_per_period {p}": (lambda p=p: measures.contacts_per_period(met, p, by="track")) for p in measures.PERIODS},
        "cumulative_contacts": lambda: measures.cumulative_contacts(met),
        "gaps_between_contacts": lambda: measures.gaps_between_contacts(met),
        "longest_silences": lambda: measures.longest_silences(gaps),
        "change_of_pace": lambda: measures.change_of_pace(met, last, [91, 182, 365]),
        "listed_and_left_out": lambda: measures.listed_and_left_out(met, "track"),
        "mediated": lambda: measures.mediated(met),
        "mediator_shares full": lambda: measures.mediator_shares(met, "track"),
        "mediator_shares split": lambda: measures.mediator_shares(contacts(events, CountingRule(joint="split")), "track"),
        "mediator_shares by half-year": lambda: measures.mediator_shares(halves, "half_year"),
        "unmediated_shares": lambda: measures.unmediated_shares(met, "track"),
        "third_parties_per_quarter": lambda: measures.third_parties_per_quarter(met),
        "mediator_by": lambda: measures.mediator_by(met, "place"),
        "company_shares": lambda: measures.company_shares(met, "track"),
        f"findings.outcomes ({len(findings.FINDINGS)} findings by {1 + len(ALTERNATIVES)} rules)": lambda: findings.outcomes(events),
    }
    took = {name: clocked(call)[1] for name, call in calls.items()} | {"contacts": counting}
    slowest = sorted(took, key=took.get, reverse=True)[:MEASURES_SHOWN]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    size = (data / "events.csv").stat().st_size / 1e6
    print(
        f"{len(events):8} rows {size:7.1f} MB   check {checking:6.2f} s   load {loading:5.2f} s   "
        f"memory {peak_of_check:5.0f} MB (check), {peak:5.0f} MB (all)   slowest: "
        + ", ".join(f"{name} {took[name]:.2f} s" for name in slowest),
        flush=True,
    )


def build_longer_book(factor: int) -> None:
    """Build the book with more rows, and print time, memory and weight of the heaviest page. Runs in a process of its own, for the peak of memory."""
    with tempfile.TemporaryDirectory() as name:
        book = copy_of_book(Path(name) / "book")
        multiply(book / "data", factor)
        keep_verdicts(book / "data")
        try:
            clock, cpu = timed([JUPYTER_BOOK, "build", "."], book)
        except subprocess.CalledProcessError:
            print(f"times {factor}: the build stopped, see above")
            return
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        pages = {path: path.read_bytes() for path in (book / "_build/html").rglob("*.html")}
        heaviest = max(pages, key=lambda path: len(pages[path]))
        whole = sum(path.stat().st_size for path in (book / "_build/html").rglob("*") if path.is_file())
        print(
            f"times {factor:3}: build {clock:.1f} s ({cpu:.1f} s of the processor), memory {peak:.0f} MB, site {whole / 1e6:.1f} MB, heaviest page "
            f"{heaviest.stem} {len(pages[heaviest]) / 1e6:.2f} MB ({len(gzip.compress(pages[heaviest])) / 1e6:.2f} MB compressed)",
            flush=True,
        )


def apart(*options: str) -> None:
    """Run this file with other options in a process of its own."""
    subprocess.run([sys.executable, __file__, *options], check=True, env={**os.environ, "PYTHONPATH": str(ROOT)})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", action="store_true", help="build the book with ten times the rows, too (minutes)")
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--book", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        return measure(options.measure)
    if options.book:
        return build_longer_book(options.book)
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the start; seconds of the processor; targets at times 1,000: check 10 s, each measure 2 s")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for factor in FACTORS:
            data = Path(shutil.copytree(ROOT / "data", folder / "data"))
            multiply(data, factor)
            drop_claims(data)
            apart("--measure", str(data))
            shutil.rmtree(data)
    for factor in BUILD_FACTORS if options.build else ():
        apart("--book", str(factor))


if __name__ == "__main__":
    main()
