"""Adds up test reports into the line "N passed, N failed". Usage: summary.py FAILED_STEPS REPORT.xml …"""

import sys
import xml.etree.ElementTree as ElementTree

failed_steps, reports = int(sys.argv[1]), [path for path in sys.argv[2:] if "*" not in path]
passed = failed = skipped = 0
for path in reports:
    for suite in ElementTree.parse(path).getroot().iter("testsuite"):  # noqa: S314 - our own reports
        count = {name: int(suite.get(name, 0)) for name in ("tests", "failures", "errors", "skipped")}
        wrong = count["failures"] + count["errors"]
        failed += wrong
        skipped += count["skipped"]
        passed += count["tests"] - wrong - count["skipped"]
failed = max(failed, failed_steps)
print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))  # noqa: T201
sys.exit(bool(failed or not passed))
