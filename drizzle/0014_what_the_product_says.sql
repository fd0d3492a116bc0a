CREATE TYPE "public"."confirmed_access" AS ENUM('full', 'suspended', 'ended');--> statement-breakpoint
ALTER TYPE "public"."actor_kind" ADD VALUE 'product' BEFORE 'system';--> statement-breakpoint
CREATE TABLE "activation_policies" (
	"id" uuid PRIMARY KEY NOT NULL,
	"version" integer NOT NULL,
	"offer_id" text,
	"plan_id" text,
	"follows_wider" boolean DEFAULT false NOT NULL,
	"way" text,
	"reason" text NOT NULL,
	"actor_kind" "actor_kind" NOT NULL,
	"actor_id" text,
	"actor_name" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "activation_policies_version" UNIQUE("version"),
	CONSTRAINT "activation_policies_version_positive" CHECK ("activation_policies"."version" > 0),
	CONSTRAINT "activation_policies_plan_of_offer" CHECK ("activation_policies"."offer_id" is not null or "activation_policies"."plan_id" is null),
	CONSTRAINT "activation_policies_no_empty_ids" CHECK ("activation_policies"."offer_id" <> '' and "activation_policies"."plan_id" <> ''),
	CONSTRAINT "activation_policies_way" CHECK ("activation_policies"."way" in ('at_once', 'staff', 'product')),
	CONSTRAINT "activation_policies_way_or_wider" CHECK ("activation_policies"."follows_wider" = ("activation_policies"."way" is null)),
	CONSTRAINT "activation_policies_wider_of_all" CHECK (not "activation_policies"."follows_wider" or "activation_policies"."offer_id" is not null),
	CONSTRAINT "activation_policies_reason" CHECK ("activation_policies"."reason" <> '')
);
--> statement-breakpoint
CREATE TABLE "api_keys" (
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"hash" text NOT NULL,
	"ending" text NOT NULL,
	"created_by_id" text,
	"created_by_name" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"last_used_at" timestamp (3) with time zone,
	"revoked_at" timestamp (3) with time zone,
	"revoked_by" text,
	"revoked_reason" text,
	CONSTRAINT "api_keys_hash" UNIQUE("hash"),
	CONSTRAINT "api_keys_name" CHECK ("api_keys"."name" <> ''),
	CONSTRAINT "api_keys_hash_of_key" CHECK ("api_keys"."hash" ~ '^[0-9a-f]{64}$'),
	CONSTRAINT "api_keys_revoked_whole" CHECK (num_nonnulls("api_keys"."revoked_at", "api_keys"."revoked_by", "api_keys"."revoked_reason") in (0, 3))
);
--> statement-breakpoint
CREATE TABLE "confirmations" (
	"subscription_id" text PRIMARY KEY NOT NULL,
	"plan_id" text NOT NULL,
	"quantity" integer,
	"access" "confirmed_access" NOT NULL,
	"reference" text,
	"evidence" text,
	"key_id" uuid NOT NULL,
	"key_name" text NOT NULL,
	"confirmed_at" timestamp (3) with time zone NOT NULL,
	"changed_at" timestamp (3) with time zone NOT NULL,
	"differs_since" timestamp (3) with time zone,
	CONSTRAINT "confirmations_quantity_positive" CHECK ("confirmations"."quantity" > 0),
	CONSTRAINT "confirmations_plan" CHECK ("confirmations"."plan_id" <> ''),
	CONSTRAINT "confirmations_in_order" CHECK ("confirmations"."changed_at" <= "confirmations"."confirmed_at")
);
--> statement-breakpoint
CREATE TABLE "events" (
	"id" uuid PRIMARY KEY NOT NULL,
	"position" bigint,
	CONSTRAINT "events_position_positive" CHECK ("events"."position" > 0)
);
--> statement-breakpoint
ALTER TABLE "subscriptions" ADD COLUMN "activation_asked_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "subscriptions" ADD COLUMN "activation_waits_for" text;--> statement-breakpoint
ALTER TABLE "confirmations" ADD CONSTRAINT "confirmations_subscription_id_subscriptions_id_fk" FOREIGN KEY ("subscription_id") REFERENCES "public"."subscriptions"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "activation_policies_scope" ON "activation_policies" USING btree ("offer_id","plan_id","version");--> statement-breakpoint
CREATE INDEX "api_keys_in_force" ON "api_keys" USING btree ("id") WHERE "api_keys"."revoked_at" is null;--> statement-breakpoint
CREATE INDEX "confirmations_differing" ON "confirmations" USING btree ("differs_since","subscription_id") WHERE "confirmations"."differs_since" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "events_position" ON "events" USING btree ("position") WHERE "events"."position" is not null;--> statement-breakpoint
CREATE INDEX "events_waiting" ON "events" USING btree ("id") WHERE "events"."position" is null;--> statement-breakpoint
ALTER TABLE "subscriptions" ADD CONSTRAINT "subscriptions_activation_asked_whole" CHECK (num_nonnulls("subscriptions"."activation_asked_at", "subscriptions"."activation_waits_for") in (0, 2) and "subscriptions"."activation_waits_for" in ('staff', 'product'));
--> statement-breakpoint
CREATE TRIGGER activation_policies_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON "activation_policies"
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();--> statement-breakpoint
-- The same as `productDifferences` in shared/product.ts; a test compares the two over every case.
CREATE FUNCTION product_differs(
  status "subscription_status", is_on_hold boolean, plan_id text, quantity integer, product "confirmations"
) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE status
    WHEN 'Unsubscribed' THEN product.access <> 'ended'
    ELSE product.plan_id <> plan_id
      OR coalesce(product.quantity <> quantity, false)
      OR (status <> 'PendingFulfillmentStart'
        AND (product.access = 'ended' OR (product.access = 'full') <> (status = 'Subscribed' AND NOT is_on_hold)))
  END
$$;--> statement-breakpoint
CREATE FUNCTION compare_confirmation() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  entitled "subscriptions";
BEGIN
  SELECT * INTO STRICT entitled FROM "subscriptions" WHERE id = NEW.subscription_id;
  NEW.differs_since := CASE
    WHEN NOT product_differs(entitled.status, entitled.hold_at IS NOT NULL, entitled.plan_id, entitled.quantity, NEW) THEN NULL
    WHEN TG_OP = 'UPDATE' THEN coalesce(OLD.differs_since, NEW.changed_at)
    ELSE NEW.changed_at
  END;
  RETURN NEW;
END $$;--> statement-breakpoint
CREATE TRIGGER confirmations_compared BEFORE INSERT OR UPDATE OF "plan_id", "quantity", "access" ON "confirmations"
  FOR EACH ROW EXECUTE FUNCTION compare_confirmation();--> statement-breakpoint
CREATE FUNCTION compare_with_product() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE "confirmations" c SET differs_since = CASE
    WHEN product_differs(NEW.status, NEW.hold_at IS NOT NULL, NEW.plan_id, NEW.quantity, c) THEN coalesce(c.differs_since, NEW.updated_at)
  END WHERE c.subscription_id = NEW.id;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER subscriptions_compared_with_product AFTER UPDATE OF "status", "hold_at", "plan_id", "quantity" ON "subscriptions"
  FOR EACH ROW WHEN ((OLD.status, OLD.hold_at, OLD.plan_id, OLD.quantity) IS DISTINCT FROM (NEW.status, NEW.hold_at, NEW.plan_id, NEW.quantity))
  EXECUTE FUNCTION compare_with_product();
