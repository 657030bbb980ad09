"""Taking in, issuing, paying, telling of and drawing invoices."""
