"""The catalogue: a module per AWS service, a class per fix. Defining a class here registers it."""
