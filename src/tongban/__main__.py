"""`python -m tongban` is the `tongban` command."""

from tongban.cli import app


if __name__ == "__main__":
    app(prog_name="tongban")
