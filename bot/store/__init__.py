"""What is stored and how: domain values as items of the one table (DESIGN §7), over the `Table` port."""
