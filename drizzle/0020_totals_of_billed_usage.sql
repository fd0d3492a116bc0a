CREATE TABLE "usage_month_changes" (
	"month" date NOT NULL,
	"offer_id" text NOT NULL,
	"plan_id" text NOT NULL,
	"dimension" text NOT NULL,
	"currency" text NOT NULL,
	"list_price" numeric NOT NULL,
	"quantity" numeric NOT NULL,
	"deleted" numeric NOT NULL
);
--> statement-breakpoint
CREATE TABLE "usage_months" (
	"month" date NOT NULL,
	"offer_id" text NOT NULL,
	"plan_id" text NOT NULL,
	"dimension" text NOT NULL,
	"currency" text NOT NULL,
	"list_price" numeric NOT NULL,
	"quantity" numeric NOT NULL,
	"deleted" numeric NOT NULL,
	CONSTRAINT "usage_months_pk" PRIMARY KEY("month","offer_id","plan_id","dimension","currency","list_price")
);
--> statement-breakpoint
ALTER TABLE "usage_slots" ADD COLUMN "list_price" numeric;--> statement-breakpoint
ALTER TABLE "usage_slots" ADD COLUMN "currency" text;--> statement-breakpoint
CREATE INDEX "usage_slots_unpriced" ON "usage_slots" USING btree ("hour","id") WHERE "usage_slots"."accepted" is not null and "usage_slots"."currency" is null;--> statement-breakpoint
ALTER TABLE "usage_slots" ADD CONSTRAINT "usage_slots_price" CHECK (("usage_slots"."list_price" is null) = ("usage_slots"."currency" is null));--> statement-breakpoint
-- The month in which Microsoft bills an hour.
CREATE FUNCTION usage_month(hour timestamptz) RETURNS date
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
  SELECT date_trunc('month', hour AT TIME ZONE 'UTC')::date
$$;--> statement-breakpoint
-- An accepted hour keeps the list price that is known then, also if it changes later.
CREATE FUNCTION price_accepted_usage() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  SELECT d.price_per_unit, d.currency INTO NEW.list_price, NEW.currency
  FROM subscriptions s JOIN usage_dimensions d ON d.offer_id = s.offer_id AND d.plan_id = NEW.plan_id AND d.dimension = NEW.dimension
  WHERE s.id = NEW.subscription_id AND d.price_per_unit IS NOT NULL AND d.currency IS NOT NULL;
  RETURN NEW;
END $$;--> statement-breakpoint
CREATE FUNCTION append_accepted_usage() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  INSERT INTO usage_month_changes (month, offer_id, plan_id, dimension, currency, list_price, quantity, deleted)
  SELECT usage_month(NEW.hour), s.offer_id, NEW.plan_id, NEW.dimension, coalesce(NEW.currency, ''), coalesce(NEW.list_price, 0), NEW.accepted, 0
  FROM subscriptions s WHERE s.id = NEW.subscription_id AND NOT is_test_purchase(s.is_test, s.sandbox_type, s.session_mode, s.offer_id);
  RETURN NULL;
END $$;--> statement-breakpoint
-- Hours are only deleted after their retention, so what was billed stays in the totals.
CREATE FUNCTION append_deleted_usage() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  INSERT INTO usage_month_changes (month, offer_id, plan_id, dimension, currency, list_price, quantity, deleted)
  SELECT usage_month(r.hour), s.offer_id, r.plan_id, r.dimension, coalesce(r.currency, ''), coalesce(r.list_price, 0), 0, sum(r.accepted)
  FROM removed r JOIN subscriptions s ON s.id = r.subscription_id
  WHERE r.accepted IS NOT NULL AND NOT is_test_purchase(s.is_test, s.sandbox_type, s.session_mode, s.offer_id)
  GROUP BY 1, 2, 3, 4, 5, 6;
  RETURN NULL;
END $$;--> statement-breakpoint
-- A subscription became a test purchase, is none any more, or is of another offer.
CREATE FUNCTION move_usage_of_changed() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  INSERT INTO usage_month_changes (month, offer_id, plan_id, dimension, currency, list_price, quantity, deleted)
  SELECT usage_month(u.hour), side.offer_id, u.plan_id, u.dimension, coalesce(u.currency, ''), coalesce(u.list_price, 0), sum(side.sign * u.accepted), 0
  FROM usage_slots u CROSS JOIN (VALUES
    (OLD.offer_id, -1, is_test_purchase(OLD.is_test, OLD.sandbox_type, OLD.session_mode, OLD.offer_id)),
    (NEW.offer_id, 1, is_test_purchase(NEW.is_test, NEW.sandbox_type, NEW.session_mode, NEW.offer_id))
  ) side(offer_id, sign, is_test)
  WHERE u.subscription_id = NEW.id AND u.accepted IS NOT NULL AND NOT side.is_test
  GROUP BY 1, 2, 3, 4, 5, 6 HAVING sum(side.sign * u.accepted) <> 0;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE FUNCTION forget_usage_months() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  DELETE FROM usage_months;
  DELETE FROM usage_month_changes;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER usage_slots_price_added BEFORE INSERT ON usage_slots FOR EACH ROW WHEN (NEW.accepted IS NOT NULL) EXECUTE FUNCTION price_accepted_usage();--> statement-breakpoint
CREATE TRIGGER usage_slots_price_accepted BEFORE UPDATE OF accepted ON usage_slots FOR EACH ROW WHEN (OLD.accepted IS NULL AND NEW.accepted IS NOT NULL) EXECUTE FUNCTION price_accepted_usage();--> statement-breakpoint
CREATE TRIGGER usage_slots_months_added AFTER INSERT ON usage_slots FOR EACH ROW WHEN (NEW.accepted IS NOT NULL) EXECUTE FUNCTION append_accepted_usage();--> statement-breakpoint
CREATE TRIGGER usage_slots_months_accepted AFTER UPDATE OF accepted ON usage_slots FOR EACH ROW WHEN (OLD.accepted IS NULL AND NEW.accepted IS NOT NULL) EXECUTE FUNCTION append_accepted_usage();--> statement-breakpoint
CREATE TRIGGER usage_slots_months_removed AFTER DELETE ON usage_slots REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION append_deleted_usage();--> statement-breakpoint
CREATE TRIGGER usage_slots_months_none AFTER TRUNCATE ON usage_slots FOR EACH STATEMENT EXECUTE FUNCTION forget_usage_months();--> statement-breakpoint
CREATE TRIGGER subscriptions_usage_moved AFTER UPDATE OF is_test, sandbox_type, session_mode, offer_id ON subscriptions FOR EACH ROW WHEN (OLD.offer_id <> NEW.offer_id OR is_test_purchase(OLD.is_test, OLD.sandbox_type, OLD.session_mode, OLD.offer_id) <> is_test_purchase(NEW.is_test, NEW.sandbox_type, NEW.session_mode, NEW.offer_id)) EXECUTE FUNCTION move_usage_of_changed();--> statement-breakpoint
-- Earlier hours get the price that is known now, because former ones were not kept.
UPDATE usage_slots u SET list_price = d.price_per_unit, currency = d.currency
FROM subscriptions s JOIN usage_dimensions d ON d.offer_id = s.offer_id
WHERE s.id = u.subscription_id AND d.plan_id = u.plan_id AND d.dimension = u.dimension AND u.accepted IS NOT NULL
  AND d.price_per_unit IS NOT NULL AND d.currency IS NOT NULL;--> statement-breakpoint
-- Without hours that retention has deleted before: only the totals of their terms are known.
INSERT INTO usage_months (month, offer_id, plan_id, dimension, currency, list_price, quantity, deleted)
SELECT usage_month(u.hour), s.offer_id, u.plan_id, u.dimension, coalesce(u.currency, ''), coalesce(u.list_price, 0), sum(u.accepted), 0
FROM usage_slots u JOIN subscriptions s ON s.id = u.subscription_id
WHERE u.accepted IS NOT NULL AND NOT is_test_purchase(s.is_test, s.sandbox_type, s.session_mode, s.offer_id)
GROUP BY 1, 2, 3, 4, 5, 6;
