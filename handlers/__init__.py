"""What Lambda calls: one module a function, each a few lines around a flow."""
