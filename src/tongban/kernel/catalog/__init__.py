"""Catalog 目录: what data exists, whose duty it is, who may have it."""
