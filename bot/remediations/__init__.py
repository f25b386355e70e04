"""The catalogue: a package per AWS service, a class per remediation. Defining a class here registers it."""
