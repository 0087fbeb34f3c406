"""The commands' work that needs Django set up; imported by `frame.within` alone."""
