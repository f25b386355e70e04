"""Events to findings, findings to targets of cases."""
