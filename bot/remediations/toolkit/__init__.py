"""Building blocks that remediations share."""
