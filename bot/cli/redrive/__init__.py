"""`cspm redrive`."""
