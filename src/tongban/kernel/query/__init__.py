"""Query 用数: every use of data, compiled under a grant."""
