"""Foreign event formats → observations. `read.read` is the entry; each format has a module of its own."""
