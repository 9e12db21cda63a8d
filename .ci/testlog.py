#!/usr/bin/env python3
"""Says what a log of "go test -json" shows: testlog.py LOG STATUS [--may-skip], with the exit status of go test.

Failing packages come with the output of their failing tests, of those that never ended and of their
build, without that of passing ones; then what failed, a line each; last how many tests passed. It
exits with 0 if all of them passed, none was skipped (unless some may be) and there were some.
"""
import json
import sys

HEAD, TAIL = 60, 30  # lines of one test's output; a time-out prints every goroutine
CHATTER = ("=== RUN", "=== PAUSE", "=== CONT", "=== NAME", "--- PASS", "=== ATTR")


class Log:
    def __init__(self):
        self.output = {}  # by (package, test); the test is "" for what is the package's own
        self.ends = {}  # the same -> pass, fail or skip
        self.builds = {}  # output by import path
        self.failed_builds = {}  # import path by package
        self.other = []  # what is no event: the Go command and make speak, too

    def read(self, lines):
        for line in lines:
            try:
                event = json.loads(line)
                action = event["Action"]
            except (ValueError, TypeError, KeyError):
                self.other.append(line)
                continue
            key = event.get("Package", ""), event.get("Test", "")
            if action in ("start", "run"):
                self.output.setdefault(key, [])
            elif action == "output":
                self.output.setdefault(key, []).append(event["Output"])
            elif action == "build-output":
                self.builds.setdefault(event["ImportPath"], []).append(event["Output"])
            elif action in ("pass", "fail", "skip"):
                self.ends[key] = action
                if "FailedBuild" in event:
                    self.failed_builds[key[0]] = event["FailedBuild"]

    def tests(self, end):
        return [key for key, e in self.ends.items() if key[1] and e == end]

    def failures(self):
        """What did not pass, with the reason: tests, and packages that no failing test explains."""
        packages = {package for package, _ in self.output if package}
        bad = {p for p in packages if self.ends.get((p, "")) not in ("pass", "skip")}
        found = [(key, "FAIL") for key in self.tests("fail")]
        found += [(key, "NO END") for key in self.output
                  if key[0] in bad and key[1] and key not in self.ends]
        explained = {package for (package, _), _ in found}
        found += [((p, ""), "FAIL" if (p, "") in self.ends else "NO END") for p in bad - explained]
        return sorted(found)


def show(title, lines):
    text = [l for l in "".join(lines).splitlines() if not l.lstrip().startswith(CHATTER)]
    if not text:
        return
    print(f"\n--- {title}")
    cut = len(text) - HEAD - TAIL
    if cut > 0:
        text[HEAD:-TAIL] = [f"... {cut} lines left out ..."]
    print("\n".join(text))


def report(log, found):
    for package in sorted({package for (package, _), _ in found}):
        build = log.failed_builds.get(package)
        if build in log.builds:
            show(f"build of {package}", log.builds.pop(build))  # once, for all that it fails
        for (of, test), _ in found:
            if of == package and test:
                show(f"{package} {test}", log.output.get((of, test), []))
        show(package, log.output.get((package, ""), []))
    if not found:
        show("no test failed, but go test did", log.other)
    print()
    for (package, test), reason in found:
        print(reason, f"{package} {test}".rstrip())


def main():
    log = Log()
    with open(sys.argv[1], encoding="utf-8", errors="replace") as lines:
        log.read(lines)
    found, skipped, passed = log.failures(), log.tests("skip"), log.tests("pass")
    may_skip = sys.argv[3:] == ["--may-skip"]
    failed = found or sys.argv[2] != "0"
    if failed:
        report(log, found)
    for package, test in skipped:
        print("SKIP", package, test, "" if may_skip else "- here every test must run")
    print(f"{len(passed)} passed, {len(found)} failed, {len(skipped)} skipped", flush=True)
    return 1 if failed or skipped and not may_skip or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
