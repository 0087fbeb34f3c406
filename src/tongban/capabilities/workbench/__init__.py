"""The official's workbench: one inbox, the case, the decision (工作台)."""
