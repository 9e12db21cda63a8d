"""The same reset step in Python: the list is read by pyarrow, what still holds as JSON Lines. docs/handoff.md says why each step is there."""
import argparse
import json
import os
import subprocess
import sys

import pyarrow.parquet

parser = argparse.ArgumentParser()
for name in ("credsieve", "run", "accounts", "key-file", "done"):
    parser.add_argument("-" + name, required=True)
parser.add_argument("-limit", type=int, default=100, help="act on at most so many accounts: a roll-out in stages")
at = parser.parse_args()
key = ("--key-file", at.key_file)

# 1. The run is whole and published, or nothing is done.
subprocess.run([at.credsieve, "verify", at.run, *key], check=True, stdout=sys.stderr)
with open(os.path.join(at.run, "manifest.json"), encoding="utf-8") as file:
    status = json.load(file)["status"]
if status not in ("complete", "partial"):
    sys.exit(f"refusing run {at.run}: it is {status}")
# 2. Only findings that hold at this moment: a user may have changed the password since the scan.
fresh = at.done + ".holds.jsonl"
subprocess.run([at.credsieve, "recheck", at.run, "--accounts", at.accounts, *key, "--out", fresh], check=True, stdout=sys.stderr)
with open(fresh, encoding="utf-8") as file:
    holds = {row["finding_id"] for row in map(json.loads, file) if row["holds"] is True}
# 3. Each finding once in its life: the id is durable before anybody is told, on a line of its own.
with open(at.done, "a+", encoding="utf-8") as kept:
    kept.seek(0)
    acted = set(kept.read().split())
    rows = pyarrow.parquet.read_table(os.path.join(at.run, "at_risk.parquet"), columns=["rank", "account_id", "finding_id", "actions"])
    due = [row for row in rows.sort_by("rank").to_pylist() if row["finding_id"] in holds - acted]
    for row in due[: at.limit]:
        kept.write(f"\n{row['finding_id']}\n")
        kept.flush()
        os.fsync(kept.fileno())
        print(row["account_id"], row["actions"])
