"""Record linkage: which rows of two registers without a shared key are one person."""
