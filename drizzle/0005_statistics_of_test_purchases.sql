-- is_test_purchase is inlined to a chain of "or", which PostgreSQL cannot estimate: it expected nearly all rows to be test
-- purchases and read the whole table instead of the small index subscriptions_listed_tests. Gathered once all migrations are committed, in server/database/migrations/migrate.ts.
CREATE STATISTICS IF NOT EXISTS "subscriptions_test_signs" ON (lower(coalesce("sandbox_type", 'none'))), (lower(coalesce("session_mode", 'none'))), (lower("offer_id")) FROM "subscriptions";
