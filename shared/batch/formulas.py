"""Text in a CSV that a spreadsheet would run as a formula."""

import re

# OWASP, "CSV Injection"; -1.5 is a number and not a formula.
_FORMULA = re.compile(r"(?![+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*\Z)[=+\-@\t\r\n]", re.ASCII | re.IGNORECASE)


def guarded(cell: str) -> str:
    """`cell` with an apostrophe in front where a spreadsheet might take it for a formula."""
    return f"'{cell}" if _FORMULA.match(cell) else cell
