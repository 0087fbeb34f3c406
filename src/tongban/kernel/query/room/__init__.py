"""The clean room: figures of groups, never the rows of anybody."""
