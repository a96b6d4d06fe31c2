#!/usr/bin/env python3
"""Reckons ten thousand clocks on its own, and asks the product for the same ten thousand.

    reckon.py XINFANG PROFILE CALENDARS WORK [SEED]

XINFANG     the program, PROFILE its seat, logged in, at a server that has the calendars
CALENDARS   the folder of the calendars' files
WORK        a folder to write the question and the answer into

Written from the regulation and the notices: it shares no code and no table of rules with the
product, and goes another way to its result: from a set of the days that are worked, not day by
day. Prints the seed; exits 0 when every row agrees, 1 with the first that do not.
"""

import calendar
import csv
import datetime
import pathlib
import random
import re
import subprocess
import sys
import time

ROWS = 10_000
SHOWN = 10
DAY = datetime.timedelta(days=1)
OLD_LAW = datetime.date(2005, 5, 1)
NEW_LAW = datetime.date(2022, 5, 1)
HOUSE = datetime.date(2020, 1, 1)

# name: (how long, of what, since when). An extension is for the answer alone: 30 days.
RULES = {
    "notice": (15, "days", OLD_LAW),
    "transfer_notice": (15, "days", OLD_LAW),
    "objection": (5, "working days", NEW_LAW),
    "opinion": (60, "days", OLD_LAW),
    "police_procedure": (2, "months", NEW_LAW),
    "simple": (10, "working days", datetime.date(2016, 1, 1)),
    "review_request": (30, "days", OLD_LAW),
    "review_opinion": (30, "days", OLD_LAW),
    "re_review_request": (30, "days", OLD_LAW),
    "re_review_opinion": (30, "days", OLD_LAW),
    "accusation_receipt": (15, "working days", datetime.date(2020, 1, 21)),
    "judicial_confirmation": (30, "days", datetime.date(2011, 1, 1)),
    "return": (2, "working days", HOUSE),
    "sign_for": (1, "working days", HOUSE),
    "first_verification": (10, "working days", HOUSE),
    "feedback": (5, "working days", HOUSE),
    "follow_up": (10, "working days", HOUSE),
    "progress_note": (30, "days", HOUSE),
}


class Worked:
    """The days that are worked, of the years that somebody published."""

    def __init__(self, folder):
        self.years = set()
        off, made_up = set(), set()
        for path in sorted(pathlib.Path(folder).glob("*.csv")):
            self.years.add(int(path.stem))
            with path.open(encoding="utf-8", newline="") as file:
                for row in csv.DictReader(file):
                    named = off if row["kind"] == "off" else made_up
                    named.add(datetime.date.fromisoformat(row["date"]))
        every = (
            datetime.date(year, 1, 1) + n * DAY
            for year in self.years
            for n in range(366 if calendar.isleap(year) else 365)
        )
        self.days = sorted(d for d in every if d in made_up or (d.weekday() < 5 and d not in off))
        self.set = set(self.days)

    def nth_after(self, start, n):
        """The nth worked day behind start; None when a year on the way is not published."""
        behind = [d for d in self.days if start < d <= start + 60 * DAY][:n]
        if len(behind) < n or not self.published(start + DAY, behind[-1]):
            return None
        return behind[-1]

    def published(self, first, last):
        return all(year in self.years for year in range(first.year, last.year + 1))

    def next_from(self, day):
        """The day itself if it is worked, else the next that is; None: not published."""
        later = [day + n * DAY for n in range(30)]
        found = next((d for d in later if d in self.set), None)
        return found if found and self.published(day, found) else None


def months_behind(day, months):
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    month += 1
    return datetime.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def reckon(rule, start, extended, worked):
    """(raw, due), None where open; None alone when it cannot be counted."""
    length, unit, since = RULES[rule]
    if start < since or (extended and rule != "opinion"):
        return None
    if unit == "working days":
        last = worked.nth_after(start, length)
        return last, last
    raw = months_behind(start, length) if unit == "months" else start + length * DAY
    if extended:
        raw += 30 * DAY
    return raw, worked.next_from(raw)


def ask(xinfang, profile, questions, work):
    path = work / "clocks.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(["extended", "rule", "from"])
        out.writerows(["true" if q[2] else "", q[0], q[1].isoformat()] for q in questions)
    done = subprocess.run(
        [xinfang, "--profile", profile, "clock", "count", "--batch", path],
        capture_output=True, encoding="utf-8", check=False,
    )
    (work / "counted.csv").write_text(done.stdout, encoding="utf-8")
    return list(csv.reader(done.stdout.splitlines())), done.stderr, done.returncode


def draw(dice):
    """A few are of a time before their rule, or extended without a right to it."""
    rule = dice.choice(sorted(RULES))
    first = datetime.date(2017, 6, 1)
    if dice.random() > 0.02:
        first = max(first, RULES[rule][2])
    day = first + dice.randrange((datetime.date(2027, 7, 1) - first).days) * DAY
    return rule, day, dice.random() < (0.5 if rule == "opinion" else 0.01)


def text(day):
    return day.isoformat() if day else ""


def main(xinfang, profile, calendars, work, seed="20220501"):
    print("reckon: seed", seed)
    dice = random.Random(int(seed))
    worked = Worked(calendars)
    questions = [draw(dice) for _ in range(ROWS)]
    results = [reckon(*question, worked) for question in questions]
    expected = [
        [rule, text(day), *(map(text, result) if result else ("", ""))]
        for (rule, day, _), result in zip(questions, results)
    ]
    began = time.monotonic()
    got, said, status = ask(xinfang, profile, questions, pathlib.Path(work))
    took = time.monotonic() - began
    named = {int(line) for line in re.findall(r"^ *(\d+) ", said, re.MULTILINE)}
    refused = {i + 2 for i, result in enumerate(results) if result is None}
    wrong = [pair for pair in zip(expected, got[1:]) if pair[0] != pair[1]]
    for mine, theirs in wrong[:SHOWN]:
        print("reckon: expected", ",".join(mine), "got", ",".join(theirs))
    agreed = got[:1] == [["rule", "from", "raw", "due"]] and len(got) == ROWS + 1 and not wrong
    agreed = agreed and named == refused and status == (1 if refused else 0)
    print(
        f"reckon: {ROWS} clocks in {took:.1f} s, {len(wrong)} differ, {len(refused)} cannot be counted, "
        f"{sum(1 for r in results if r and not r[1])} wait for a calendar, "
        f"{sum(1 for r in results if r and r[0] != r[1] and r[1])} rolled; exit {status}"
    )
    if not agreed:
        print("reckon: rows named and not expected:", sorted(named ^ refused)[:SHOWN], said[-2000:])
    return 0 if agreed else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
