"""Log lines without personal data.

Nothing of ours writes a person's number to a log; but a traceback may quote a
database's own message, which does. Every line passes here on its way out.
"""

import logging
import re


# GB 11643 numbers, mobile numbers; neither inside a longer run of digits.
NUMBERS = re.compile(r"(?<!\d)(?:\d{17}[\dXx]|1[3-9]\d{9})(?!\d)")


class Discreet(logging.Formatter):
    """Formats as usual, then blots out what may be a person's number."""

    def format(self, record: logging.LogRecord) -> str:
        return NUMBERS.sub("[number]", super().format(record))
