-- PostgreSQL took a third of all subscriptions for tagged ones, and below 30,000 read the whole table instead of the index
-- subscriptions_listed_tagged.
CREATE STATISTICS IF NOT EXISTS "subscriptions_tagged" ON (cardinality("tags")) FROM "subscriptions";--> statement-breakpoint
ANALYZE "subscriptions";
