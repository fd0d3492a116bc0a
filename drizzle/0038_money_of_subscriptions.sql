CREATE TABLE "money_changes" (
	"seq" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "money_changes_seq_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"subscription_id" text NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"status" "subscription_status",
	"offer_id" text,
	"plan_id" text,
	"term_unit" text,
	"quantity" integer,
	"is_free_trial" boolean,
	"auto_renews" boolean,
	"term_ends_at" timestamp (3) with time zone,
	"is_test" boolean,
	"is_reseller" boolean,
	"customer_key" text,
	"is_waiting" boolean DEFAULT false NOT NULL
);
--> statement-breakpoint
CREATE TABLE "money_months" (
	"month" date NOT NULL,
	"kind" text NOT NULL,
	"offer_id" text NOT NULL,
	"plan_id" text NOT NULL,
	"channel" text NOT NULL,
	"currency" text NOT NULL,
	"amount" numeric NOT NULL,
	CONSTRAINT "money_months_month_kind_offer_id_plan_id_channel_currency_pk" PRIMARY KEY("month","kind","offer_id","plan_id","channel","currency")
);
--> statement-breakpoint
CREATE TABLE "money_movements" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "money_movements_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"subscription_id" text NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"month" date NOT NULL,
	"kind" text NOT NULL,
	"offer_id" text NOT NULL,
	"plan_id" text NOT NULL,
	"channel" text NOT NULL,
	"currency" text NOT NULL,
	"amount" numeric NOT NULL
);
--> statement-breakpoint
CREATE TABLE "subscription_money" (
	"subscription_id" text PRIMARY KEY NOT NULL,
	"customer_key" text NOT NULL,
	"offer_id" text NOT NULL,
	"plan_id" text NOT NULL,
	"term_unit" text,
	"channel" text NOT NULL,
	"state" text NOT NULL,
	"basis" text NOT NULL,
	"price" numeric,
	"currency" text,
	"is_per_seat" boolean,
	"monthly" numeric,
	"recurring" numeric DEFAULT '0' NOT NULL,
	"has_paid" boolean DEFAULT false NOT NULL,
	"ends_on" date,
	"sort_key" text GENERATED ALWAYS AS (coalesce(currency, '') || lpad(least(coalesce(monthly, 0), 999999999999999999)::numeric(28,10)::text, 30, '0')) STORED NOT NULL,
	CONSTRAINT "subscription_money_price" CHECK (num_nonnulls("subscription_money"."price", "subscription_money"."currency", "subscription_money"."is_per_seat") in (0, 3)),
	CONSTRAINT "subscription_money_recurring" CHECK ("subscription_money"."recurring" >= 0 and ("subscription_money"."recurring" = 0 or "subscription_money"."currency" is not null))
);
--> statement-breakpoint
CREATE INDEX "money_changes_due" ON "money_changes" USING btree ("seq") WHERE not "money_changes"."is_waiting";--> statement-breakpoint
CREATE INDEX "money_changes_waiting" ON "money_changes" USING btree ("subscription_id","seq") WHERE "money_changes"."is_waiting";--> statement-breakpoint
CREATE INDEX "money_movements_month" ON "money_movements" USING btree ("month","kind","subscription_id");--> statement-breakpoint
CREATE INDEX "money_movements_subscription" ON "money_movements" USING btree ("subscription_id");--> statement-breakpoint
CREATE INDEX "money_movements_at" ON "money_movements" USING btree ("kind","at");--> statement-breakpoint
CREATE INDEX "subscription_money_sort" ON "subscription_money" USING btree ("sort_key" collate "C","subscription_id");--> statement-breakpoint
CREATE INDEX "subscription_money_monthly" ON "subscription_money" USING btree ("currency","monthly");--> statement-breakpoint
CREATE INDEX "subscription_money_customer" ON "subscription_money" USING btree ("customer_key");--> statement-breakpoint
CREATE INDEX "subscription_money_state" ON "subscription_money" USING btree ("state","ends_on") WHERE "subscription_money"."state" in ('suspended', 'ending', 'trial', 'pending');--> statement-breakpoint
-- Appended rows are soon counted and deleted: the table stays small when its dead rows go soon too.
ALTER TABLE "money_changes" SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_insert_threshold = -1);--> statement-breakpoint
-- Whose money it is: the organization that uses the subscription; a person, if it was bought with a personal account.
CREATE FUNCTION customer_key(id text, tenant_id text, object_id text, email text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE
    WHEN tenant_id = '9188040d-6c67-4c5b-b112-36a304b66dad' THEN 'person ' || md5(coalesce(object_id, lower(email), id))
    WHEN tenant_id IS NOT NULL THEN 'tenant ' || lower(tenant_id)
    ELSE 'subscription ' || id END
$$;--> statement-breakpoint
-- @param at when the change took effect
CREATE FUNCTION append_money_change(s "subscriptions", at timestamptz) RETURNS void LANGUAGE sql AS $$
  INSERT INTO money_changes (subscription_id, at, status, offer_id, plan_id, term_unit, quantity, is_free_trial, auto_renews, term_ends_at, is_test, is_reseller, customer_key)
  VALUES (s.id, CASE WHEN isfinite(at) THEN at ELSE s.created_at END, s.status, s.offer_id, s.plan_id, s.term_unit, s.quantity, s.is_free_trial, s.auto_renews, s.term_ends_at,
    is_test_purchase(s.is_test, s.sandbox_type, s.session_mode, s.offer_id), s.purchaser_tenant_id <> s.beneficiary_tenant_id,
    customer_key(s.id, s.beneficiary_tenant_id, s.beneficiary_object_id, s.beneficiary_email))
$$;--> statement-breakpoint
CREATE FUNCTION append_money_of_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM append_money_change(added, CASE WHEN status IN ('Subscribed', 'Suspended') THEN coalesce(activated_at, purchased_at, created_at) ELSE updated_at END)
  FROM added;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE FUNCTION append_money_of_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM append_money_change(NEW, NEW.updated_at);
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE FUNCTION append_money_of_removed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO money_changes (subscription_id, at) SELECT id, now() FROM removed;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE FUNCTION append_money_of_price() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM append_money_change(s, NEW.seen_at) FROM subscriptions s WHERE s.id = NEW.subscription_id;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE FUNCTION forget_all_money() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM money_changes;
  DELETE FROM subscription_money;
  DELETE FROM money_movements;
  DELETE FROM money_months;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER subscriptions_money_added AFTER INSERT ON "subscriptions" REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION append_money_of_added();--> statement-breakpoint
CREATE TRIGGER subscriptions_money_changed AFTER UPDATE ON "subscriptions" FOR EACH ROW
  WHEN ((OLD.status, OLD.offer_id, OLD.plan_id, OLD.term_unit, OLD.quantity, OLD.is_free_trial, OLD.auto_renews, OLD.is_test, OLD.sandbox_type, OLD.session_mode, OLD.purchaser_tenant_id, OLD.beneficiary_tenant_id)
    IS DISTINCT FROM (NEW.status, NEW.offer_id, NEW.plan_id, NEW.term_unit, NEW.quantity, NEW.is_free_trial, NEW.auto_renews, NEW.is_test, NEW.sandbox_type, NEW.session_mode, NEW.purchaser_tenant_id, NEW.beneficiary_tenant_id)
    OR ((NEW.is_free_trial OR NEW.auto_renews IS FALSE) AND OLD.term_ends_at IS DISTINCT FROM NEW.term_ends_at))
  EXECUTE FUNCTION append_money_of_changed();--> statement-breakpoint
CREATE TRIGGER subscriptions_money_removed AFTER DELETE ON "subscriptions" REFERENCING OLD TABLE AS removed
  FOR EACH STATEMENT EXECUTE FUNCTION append_money_of_removed();--> statement-breakpoint
CREATE TRIGGER subscriptions_money_none AFTER TRUNCATE ON "subscriptions"
  FOR EACH STATEMENT EXECUTE FUNCTION forget_all_money();--> statement-breakpoint
CREATE TRIGGER subscription_prices_money_added AFTER INSERT ON "subscription_prices" FOR EACH ROW
  WHEN (NEW.amount IS NOT NULL) EXECUTE FUNCTION append_money_of_price();--> statement-breakpoint
CREATE TRIGGER subscription_prices_money_changed AFTER UPDATE ON "subscription_prices" FOR EACH ROW
  WHEN (NEW.amount IS NOT NULL AND (OLD.plan_id, OLD.term_unit, OLD.amount, OLD.currency, OLD.is_per_seat, cardinality(OLD.source_offers))
    IS DISTINCT FROM (NEW.plan_id, NEW.term_unit, NEW.amount, NEW.currency, NEW.is_per_seat, cardinality(NEW.source_offers)))
  EXECUTE FUNCTION append_money_of_price();--> statement-breakpoint
-- The triggers hold off all writers until this migration commits: what was there is counted once.
DO $$ BEGIN
  PERFORM append_money_change(s, CASE WHEN status IN ('Subscribed', 'Suspended') THEN coalesce(activated_at, purchased_at, created_at) ELSE updated_at END)
  FROM subscriptions s;
END $$;
