-- PostgreSQL took a third of all subscriptions for tagged ones, and below 30,000 read the whole table instead of the index
-- subscriptions_listed_tagged. Gathered once all migrations are committed, in server/database/migrations/migrate.ts.
CREATE STATISTICS IF NOT EXISTS "subscriptions_tagged" ON (cardinality("tags")) FROM "subscriptions";
