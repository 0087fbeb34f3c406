"""Runs `tongban` commands in forks of one process that has imported everything.

A test of the command line wants a process of its own: environment, exit code, two
streams. It does not want to pay a second for imports each time. Read one request a
line from standard input, answer with the exit code on standard output.
"""

import importlib
import json
import os
import sys
from typing import Any

from tongban.cli import app


# What can be imported before the settings know a home, and starts no thread: a fork
# copies no thread, and a lock that one holds would stay shut (duckdb, pyarrow; the
# loader of packs brings duckdb along).
WARM = (
    "django.contrib.auth.hashers",
    "django.core.management",
    "django.db.models",
    "django.forms",
    "django.template.backends.django",
    "tongban.kernel.query.compiler",
)


def run(request: dict[str, Any]) -> None:
    """Become the command: its streams, environment and folder; ends the process."""
    for number, name in ((1, "out"), (2, "err")):
        file = os.open(request[name], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(file, number)
    empty = os.open(os.devnull, os.O_RDONLY)
    os.dup2(empty, 0)
    os.environ.clear()  # noqa: TID251
    os.environ.update(request["env"])  # noqa: TID251
    os.chdir(request["cwd"])
    app(request["words"], prog_name="tongban")


def main() -> None:
    for name in WARM:
        importlib.import_module(name)
    # Threads of libraries too, which Python does not count.
    assert len(os.listdir("/proc/self/task")) == 1
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            run(json.loads(line))
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
