"""Turn events into findings, and assign findings to the targets of cases."""
