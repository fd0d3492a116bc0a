-- Derived again, because a person with a personal account is now called by name or address, not by the address's domain.
INSERT INTO customer_changes SELECT id FROM customers WHERE id LIKE 'person-%';
