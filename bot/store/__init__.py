"""The store: domain values as items of one table (DESIGN §7), over the `Table` port."""
