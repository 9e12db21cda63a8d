"""The same reset step in Python: the list is read by pyarrow, what still holds as JSON Lines. docs/handoff.md says why each step is there."""
import argparse, json, os, pathlib, subprocess, sys
import pyarrow.parquet

parser = argparse.ArgumentParser()
for name in ("credsieve", "run", "accounts", "key-file", "done"):
    parser.add_argument("-" + name, required=True)
parser.add_argument("-limit", type=int, default=100, help="act on at most so many accounts: a roll-out in stages")
at = parser.parse_args()
call = lambda *args: subprocess.run([at.credsieve, *args, "--key-file", at.key_file], check=True, stdout=sys.stderr)

# 1. The run is whole and published, or nothing is done.
call("verify", at.run)
status = json.loads(pathlib.Path(at.run, "manifest.json").read_text("utf-8"))["status"]
if status not in ("complete", "partial"):
    sys.exit(f"refusing run {at.run}: it is {status}")
# 2. Only findings that hold at this moment: a user may have changed the password since the scan.
call("recheck", at.run, "--accounts", at.accounts, "--out", at.done + ".holds.jsonl")
with open(at.done + ".holds.jsonl", encoding="utf-8") as answers:
    holds = {row["finding_id"] for row in map(json.loads, answers) if row["holds"] is True}
# 3. Each finding once in its life: the id is durable before anybody is told, on a line of its own.
with open(at.done, "a+", encoding="utf-8") as kept:
    kept.seek(0)
    due = holds - set(kept.read().split())
    rows = pyarrow.parquet.read_table(os.path.join(at.run, "at_risk.parquet"), columns=["rank", "account_id", "finding_id", "actions"])
    for row in [row for row in rows.sort_by("rank").to_pylist() if row["finding_id"] in due][: at.limit]:
        kept.write(f"\n{row['finding_id']}\n")
        kept.flush()
        os.fsync(kept.fileno())
        print(row["account_id"], row["actions"], flush=True)
