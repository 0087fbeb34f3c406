"""The language of governed use: what may be written, and what it reads."""
