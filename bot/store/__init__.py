"""Storage: domain values as items of the one table, over the `Table` port."""
