CREATE TABLE "marketplace_calls" (
	"id" uuid PRIMARY KEY NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"request_id" uuid NOT NULL,
	"correlation_id" uuid NOT NULL,
	"method" text NOT NULL,
	"path" text NOT NULL,
	"status" smallint,
	"attempt" smallint NOT NULL,
	"duration_ms" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "onboardings" (
	"subscription_id" text PRIMARY KEY NOT NULL,
	"since" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "subscription_prices" (
	"subscription_id" text PRIMARY KEY NOT NULL,
	"plan_id" text NOT NULL,
	"term_unit" text,
	"price" text,
	"source_offers" text[] NOT NULL,
	"seen_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "purchase_refusals" (
	"is_only_row" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"since" timestamp (3) with time zone NOT NULL,
	"last_at" timestamp (3) with time zone NOT NULL,
	"visits" integer NOT NULL,
	"status" integer,
	"code" text,
	"message" text NOT NULL,
	CONSTRAINT "purchase_refusals_one_row" CHECK ("purchase_refusals"."is_only_row")
);
--> statement-breakpoint
ALTER TABLE "subscriptions" ADD COLUMN "sandbox_type" text;--> statement-breakpoint
ALTER TABLE "subscriptions" ADD COLUMN "session_mode" text;--> statement-breakpoint
CREATE INDEX "marketplace_calls_request" ON "marketplace_calls" USING btree ("request_id");--> statement-breakpoint
CREATE INDEX "marketplace_calls_correlation" ON "marketplace_calls" USING btree ("correlation_id");--> statement-breakpoint
CREATE INDEX "subscription_prices_seen" ON "subscription_prices" USING btree ("seen_at");--> statement-breakpoint
-- Whether a purchase is no customer's: made in Microsoft's sandbox, as a dry run, of an offer's preview, or marked as a test.
CREATE FUNCTION is_test_purchase(is_test boolean, sandbox_type text, session_mode text, offer_id text) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT is_test OR lower(coalesce(sandbox_type, 'none')) <> 'none' OR lower(coalesce(session_mode, 'none')) <> 'none' OR lower(offer_id) LIKE '%-preview'
$$;--> statement-breakpoint
CREATE INDEX "subscriptions_listed_tests" ON "subscriptions" USING btree ("updated_at","id") WHERE is_test_purchase(is_test, sandbox_type, session_mode, offer_id);--> statement-breakpoint
CREATE INDEX "subscriptions_listed_unknown_renewal" ON "subscriptions" USING btree ("updated_at","id") WHERE "subscriptions"."auto_renews" is null;--> statement-breakpoint
-- What was counted of test purchases is taken out of the sums, by the functions as they were.
INSERT INTO subscription_counts
SELECT offer_id, plan_id, status, hold_at IS NOT NULL, is_free_trial, -count(*), -coalesce(sum(quantity), 0)
FROM subscriptions WHERE is_test_purchase(is_test, sandbox_type, session_mode, offer_id) GROUP BY 1, 2, 3, 4, 5;--> statement-breakpoint
INSERT INTO day_count_changes
SELECT d.what, d.day, s.offer_id, -count(*) FROM subscriptions s, days_of_subscription(s) d
WHERE is_test_purchase(s.is_test, s.sandbox_type, s.session_mode, s.offer_id) GROUP BY 1, 2, 3;--> statement-breakpoint
CREATE OR REPLACE FUNCTION count_added_subscriptions() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO subscription_counts
  SELECT offer_id, plan_id, status, hold_at IS NOT NULL, is_free_trial, count(*), coalesce(sum(quantity), 0)
  FROM added WHERE NOT is_test_purchase(is_test, sandbox_type, session_mode, offer_id) GROUP BY 1, 2, 3, 4, 5;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE OR REPLACE FUNCTION count_removed_subscriptions() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO subscription_counts
  SELECT offer_id, plan_id, status, hold_at IS NOT NULL, is_free_trial, -count(*), -coalesce(sum(quantity), 0)
  FROM removed WHERE NOT is_test_purchase(is_test, sandbox_type, session_mode, offer_id) GROUP BY 1, 2, 3, 4, 5;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE OR REPLACE FUNCTION count_changed_subscription() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO subscription_counts
  SELECT * FROM (VALUES
    (OLD.offer_id, OLD.plan_id, OLD.status, OLD.hold_at IS NOT NULL, OLD.is_free_trial, -1, -coalesce(OLD.quantity, 0)),
    (NEW.offer_id, NEW.plan_id, NEW.status, NEW.hold_at IS NOT NULL, NEW.is_free_trial, 1, coalesce(NEW.quantity, 0))
  ) counted(offer_id, plan_id, status, is_on_hold, is_free_trial, subscriptions, seats)
  WHERE NOT CASE counted.subscriptions
    WHEN 1 THEN is_test_purchase(NEW.is_test, NEW.sandbox_type, NEW.session_mode, NEW.offer_id)
    ELSE is_test_purchase(OLD.is_test, OLD.sandbox_type, OLD.session_mode, OLD.offer_id) END;
  RETURN NULL;
END $$;--> statement-breakpoint
DROP TRIGGER subscriptions_count_changed ON "subscriptions";--> statement-breakpoint
CREATE TRIGGER subscriptions_count_changed AFTER UPDATE ON "subscriptions" FOR EACH ROW
  WHEN (OLD.status <> NEW.status OR OLD.quantity IS DISTINCT FROM NEW.quantity OR OLD.plan_id <> NEW.plan_id
    OR OLD.offer_id <> NEW.offer_id OR OLD.is_free_trial <> NEW.is_free_trial
    OR (OLD.hold_at IS NULL) <> (NEW.hold_at IS NULL) OR OLD.is_test <> NEW.is_test
    OR OLD.sandbox_type IS DISTINCT FROM NEW.sandbox_type OR OLD.session_mode IS DISTINCT FROM NEW.session_mode)
  EXECUTE FUNCTION count_changed_subscription();--> statement-breakpoint
CREATE OR REPLACE FUNCTION days_of_subscription(s "subscriptions") RETURNS TABLE (what text, day date) LANGUAGE sql STABLE AS $$
  SELECT counted.what, (counted.at AT TIME ZONE 'UTC')::date FROM (VALUES
    ('purchased', s.purchased_at, true),
    ('activated', s.purchased_at, s.status IN ('Subscribed', 'Suspended') OR s.activated_at IS NOT NULL),
    ('live', s.purchased_at, s.status IN ('Subscribed', 'Suspended')),
    (CASE WHEN s.auto_renews THEN 'renewing' WHEN NOT s.auto_renews THEN 'ending' ELSE 'unknown' END, s.term_ends_at, s.status = 'Subscribed')
  ) counted(what, at, is_so)
  WHERE counted.is_so AND isfinite(counted.at) AND NOT is_test_purchase(s.is_test, s.sandbox_type, s.session_mode, s.offer_id)
$$;--> statement-breakpoint
DROP TRIGGER subscriptions_days_changed ON "subscriptions";--> statement-breakpoint
CREATE TRIGGER subscriptions_days_changed AFTER UPDATE ON "subscriptions" FOR EACH ROW
  WHEN ((OLD.status, OLD.offer_id, OLD.purchased_at, OLD.activated_at, OLD.term_ends_at, OLD.auto_renews, OLD.is_test, OLD.sandbox_type, OLD.session_mode)
    IS DISTINCT FROM (NEW.status, NEW.offer_id, NEW.purchased_at, NEW.activated_at, NEW.term_ends_at, NEW.auto_renews, NEW.is_test, NEW.sandbox_type, NEW.session_mode))
  EXECUTE FUNCTION count_days_of_changed();--> statement-breakpoint
-- The flows of the days before are counted again without test purchases by the next run of their job.
DELETE FROM "upkeep_runs" WHERE kind = 'figures';--> statement-breakpoint
-- Purchases that Microsoft activated itself wait for somebody to onboard the customer. Only recent ones: what a first
-- comparison finds was onboarded long ago.
CREATE FUNCTION wait_for_onboarding_of_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO onboardings (subscription_id, since)
  SELECT id, created_at FROM added
  WHERE status = 'Subscribed' AND contact_email IS NULL AND (
    first_seen_by <> 'reconcile' AND coalesce(purchased_at > created_at - interval '7 days', true)
    OR purchased_at > created_at - interval '7 days' AND EXISTS (SELECT FROM reconcile_runs WHERE finished_at IS NOT NULL))
  ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE FUNCTION wait_for_onboarding_of_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.status = 'Unsubscribed' THEN
    DELETE FROM onboardings WHERE subscription_id = NEW.id;
  ELSIF NEW.contact_email IS NULL AND NOT EXISTS (SELECT FROM operations WHERE subscription_id = NEW.id AND action = 'Activate') THEN
    INSERT INTO onboardings (subscription_id, since) VALUES (NEW.id, NEW.status_since) ON CONFLICT DO NOTHING;
  END IF;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER subscriptions_onboarding_added AFTER INSERT ON "subscriptions" REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION wait_for_onboarding_of_added();--> statement-breakpoint
CREATE TRIGGER subscriptions_onboarding_changed AFTER UPDATE OF status ON "subscriptions" FOR EACH ROW
  WHEN (OLD.status <> NEW.status AND (NEW.status = 'Unsubscribed' OR OLD.status = 'PendingFulfillmentStart' AND NEW.status = 'Subscribed'))
  EXECUTE FUNCTION wait_for_onboarding_of_changed();
