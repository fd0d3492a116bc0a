-- The customer of a subscription: the beneficiary's tenant, or the purchaser's while that is unknown. People with personal
-- accounts share one tenant of Microsoft's, so each is a customer; so is a subscription of which neither is known.
CREATE OR REPLACE FUNCTION customer_of_subscription(beneficiary_tenant_id text, beneficiary_object_id text, purchaser_tenant_id text, purchaser_object_id text, id text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE coalesce(lower(coalesce(beneficiary_tenant_id, purchaser_tenant_id)), '')
    WHEN '' THEN 'subscription-' || id
    WHEN '9188040d-6c67-4c5b-b112-36a304b66dad' THEN coalesce('person-' || lower(CASE WHEN beneficiary_tenant_id IS NULL THEN purchaser_object_id ELSE beneficiary_object_id END), 'subscription-' || id)
    ELSE lower(coalesce(beneficiary_tenant_id, purchaser_tenant_id)) END
$$;--> statement-breakpoint
CREATE TABLE "customer_changes" (
	"customer_id" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "customers" (
	"id" text PRIMARY KEY NOT NULL,
	"merged_into" text,
	"owner_id" text,
	"owner_name" text,
	"tags" text[] DEFAULT '{}' NOT NULL,
	"name" text NOT NULL,
	"domains" text[] NOT NULL,
	"offers" text[] NOT NULL,
	"subscriptions" integer NOT NULL,
	"active_subscriptions" integer NOT NULL,
	"seats" bigint NOT NULL,
	"purchased_at" timestamp (3) with time zone,
	"term_ends_at" timestamp (3) with time zone,
	"is_test" boolean NOT NULL,
	"search_text" text NOT NULL,
	"derived_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "customers_owner_whole" CHECK (num_nonnulls("customers"."owner_id", "customers"."owner_name") in (0, 2)),
	CONSTRAINT "customers_not_own_member" CHECK ("customers"."merged_into" <> "customers"."id"),
	CONSTRAINT "customers_tags" CHECK (cardinality("customers"."tags") <= 20 and array_position("customers"."tags", null) is null and array_position("customers"."tags", '') is null)
);
--> statement-breakpoint
CREATE INDEX "customers_merged_into" ON "customers" USING btree ("merged_into") WHERE "customers"."merged_into" is not null;--> statement-breakpoint
CREATE INDEX "customers_name" ON "customers" USING btree ("name","id");--> statement-breakpoint
CREATE INDEX "customers_subscriptions" ON "customers" USING btree ("active_subscriptions","id");--> statement-breakpoint
CREATE INDEX "customers_seats" ON "customers" USING btree ("seats","id");--> statement-breakpoint
CREATE INDEX "customers_purchased" ON "customers" USING btree (coalesce(purchased_at, '-infinity'),"id");--> statement-breakpoint
CREATE INDEX "customers_term_end" ON "customers" USING btree (coalesce(term_ends_at, 'infinity'),"id");--> statement-breakpoint
CREATE INDEX "customers_owner" ON "customers" USING btree ("owner_id","id") WHERE "customers"."owner_id" is not null;--> statement-breakpoint
CREATE INDEX "customers_tags" ON "customers" USING gin ("tags");--> statement-breakpoint
CREATE INDEX "customers_domains" ON "customers" USING gin ("domains");--> statement-breakpoint
CREATE INDEX "customers_search" ON "customers" USING gin ("search_text" gin_trgm_ops);--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "activity_customer" ON "activity" USING btree (("after"->>'customer'),"id") WHERE "activity"."kind" like 'customer.%';--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "subscriptions_customer" ON "subscriptions" USING btree (customer_of_subscription(beneficiary_tenant_id, beneficiary_object_id, purchaser_tenant_id, purchaser_object_id, id));--> statement-breakpoint
-- Appended rows are soon deleted: the table stays small when its dead rows go soon too.
ALTER TABLE "customer_changes" SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_insert_threshold = -1);--> statement-breakpoint
CREATE FUNCTION note_customers_of_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO customer_changes
  SELECT DISTINCT customer_of_subscription(beneficiary_tenant_id, beneficiary_object_id, purchaser_tenant_id, purchaser_object_id, id) FROM added;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE FUNCTION note_customers_of_removed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO customer_changes
  SELECT DISTINCT customer_of_subscription(beneficiary_tenant_id, beneficiary_object_id, purchaser_tenant_id, purchaser_object_id, id) FROM removed;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE FUNCTION note_customers_of_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO customer_changes VALUES (customer_of_subscription(NEW.beneficiary_tenant_id, NEW.beneficiary_object_id, NEW.purchaser_tenant_id, NEW.purchaser_object_id, NEW.id));
  IF (OLD.beneficiary_tenant_id, OLD.beneficiary_object_id, OLD.purchaser_tenant_id, OLD.purchaser_object_id)
    IS DISTINCT FROM (NEW.beneficiary_tenant_id, NEW.beneficiary_object_id, NEW.purchaser_tenant_id, NEW.purchaser_object_id) THEN
    INSERT INTO customer_changes VALUES (customer_of_subscription(OLD.beneficiary_tenant_id, OLD.beneficiary_object_id, OLD.purchaser_tenant_id, OLD.purchaser_object_id, OLD.id));
  END IF;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER subscriptions_customers_added AFTER INSERT ON "subscriptions" REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION note_customers_of_added();--> statement-breakpoint
CREATE TRIGGER subscriptions_customers_removed AFTER DELETE ON "subscriptions" REFERENCING OLD TABLE AS removed
  FOR EACH STATEMENT EXECUTE FUNCTION note_customers_of_removed();--> statement-breakpoint
-- By row, with a condition: most updates change nothing that a customer's listing shows.
CREATE TRIGGER subscriptions_customers_changed AFTER UPDATE ON "subscriptions" FOR EACH ROW
  WHEN ((OLD.status, OLD.quantity, OLD.offer_id, OLD.name, OLD.purchased_at, OLD.term_ends_at, OLD.is_test, OLD.sandbox_type, OLD.session_mode,
      OLD.beneficiary_tenant_id, OLD.beneficiary_object_id, OLD.beneficiary_email, OLD.purchaser_tenant_id, OLD.purchaser_object_id,
      OLD.purchaser_email, OLD.contact_name, OLD.contact_email, OLD.contact_company)
    IS DISTINCT FROM (NEW.status, NEW.quantity, NEW.offer_id, NEW.name, NEW.purchased_at, NEW.term_ends_at, NEW.is_test, NEW.sandbox_type, NEW.session_mode,
      NEW.beneficiary_tenant_id, NEW.beneficiary_object_id, NEW.beneficiary_email, NEW.purchaser_tenant_id, NEW.purchaser_object_id,
      NEW.purchaser_email, NEW.contact_name, NEW.contact_email, NEW.contact_company))
  EXECUTE FUNCTION note_customers_of_changed();--> statement-breakpoint
-- A job derives the listings of what is there already.
INSERT INTO customer_changes
SELECT DISTINCT customer_of_subscription(beneficiary_tenant_id, beneficiary_object_id, purchaser_tenant_id, purchaser_object_id, id) FROM subscriptions;
