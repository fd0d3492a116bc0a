-- Fragments of any id, name or e-mail are found by trigrams.
CREATE EXTENSION IF NOT EXISTS pg_trgm;--> statement-breakpoint
CREATE TYPE "public"."actor_kind" AS ENUM('staff', 'purchaser', 'marketplace', 'system');--> statement-breakpoint
CREATE TYPE "public"."delivery_outcome" AS ENUM('accepted', 'duplicate', 'unprocessable');--> statement-breakpoint
CREATE TYPE "public"."first_seen_by" AS ENUM('landing', 'webhook', 'reconcile');--> statement-breakpoint
CREATE TYPE "public"."operation_outcome" AS ENUM('succeeded', 'rejected', 'failed', 'conflict', 'quarantined');--> statement-breakpoint
CREATE TYPE "public"."operation_source" AS ENUM('Azure', 'Partner');--> statement-breakpoint
CREATE TYPE "public"."operation_stage" AS ENUM('received', 'verified', 'decided', 'acknowledged', 'requested', 'accepted', 'settled');--> statement-breakpoint
CREATE TYPE "public"."session_kind" AS ENUM('staff', 'purchaser');--> statement-breakpoint
CREATE TYPE "public"."staff_role" AS ENUM('viewer', 'operator', 'admin');--> statement-breakpoint
CREATE TYPE "public"."subscription_status" AS ENUM('PendingFulfillmentStart', 'Subscribed', 'Suspended', 'Unsubscribed');--> statement-breakpoint
CREATE TABLE "activity" (
	"id" uuid PRIMARY KEY NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"subscription_id" text,
	"operation_id" uuid,
	"delivery_id" uuid,
	"actor_kind" "actor_kind" NOT NULL,
	"actor_id" text,
	"actor_name" text NOT NULL,
	"kind" text NOT NULL,
	"summary" text NOT NULL,
	"before" jsonb,
	"after" jsonb,
	"reason" text
);
--> statement-breakpoint
CREATE TABLE "operations" (
	"id" uuid PRIMARY KEY NOT NULL,
	"marketplace_id" text,
	"subscription_id" text NOT NULL,
	"action" text NOT NULL,
	"source" "operation_source" NOT NULL,
	"stage" "operation_stage" NOT NULL,
	"status" text,
	"outcome" "operation_outcome",
	"plan_id" text,
	"quantity" integer,
	"decision" text,
	"decision_reason" text,
	"answer_due_at" timestamp (3) with time zone,
	"acknowledged_at" timestamp (3) with time zone,
	"actor_kind" "actor_kind" NOT NULL,
	"actor_id" text,
	"actor_name" text NOT NULL,
	"reason" text,
	"sent_at" timestamp (3) with time zone,
	"attempts" integer DEFAULT 0 NOT NULL,
	"last_error" text,
	"stuck_at" timestamp (3) with time zone,
	"enqueued_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	"settled_at" timestamp (3) with time zone,
	CONSTRAINT "operations_marketplace_id" UNIQUE("marketplace_id"),
	CONSTRAINT "operations_settled_at" CHECK (("operations"."stage" = 'settled') = ("operations"."settled_at" is not null)),
	CONSTRAINT "operations_outcome_at_end" CHECK (("operations"."stage" = 'settled') = ("operations"."outcome" is not null)),
	CONSTRAINT "operations_decision_reason" CHECK (("operations"."decision" is null) = ("operations"."decision_reason" is null)),
	CONSTRAINT "operations_stage_of_source" CHECK ("operations"."stage" not in ('requested', 'accepted') or "operations"."source" = 'Partner'),
	CONSTRAINT "operations_accepted_was_sent" CHECK ("operations"."stage" <> 'accepted' or "operations"."sent_at" is not null)
);
--> statement-breakpoint
CREATE TABLE "plans" (
	"offer_id" text NOT NULL,
	"plan_id" text NOT NULL,
	"name" text NOT NULL,
	"is_price_per_seat" boolean NOT NULL,
	"min_quantity" integer,
	"max_quantity" integer,
	"price" text,
	"seen_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "plans_offer_id_plan_id_pk" PRIMARY KEY("offer_id","plan_id")
);
--> statement-breakpoint
CREATE TABLE "reconcile_runs" (
	"id" uuid PRIMARY KEY NOT NULL,
	"trigger" text NOT NULL,
	"started_by_name" text,
	"started_at" timestamp (3) with time zone NOT NULL,
	"finished_at" timestamp (3) with time zone,
	"continuation" text,
	"listed" integer DEFAULT 0 NOT NULL,
	"added" integer DEFAULT 0 NOT NULL,
	"repaired" integer DEFAULT 0 NOT NULL,
	"failed" integer DEFAULT 0 NOT NULL,
	"error" text
);
--> statement-breakpoint
CREATE TABLE "rejected_calls" (
	"reason" text PRIMARY KEY NOT NULL,
	"status" integer NOT NULL,
	"count" bigint NOT NULL,
	"last_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sessions" (
	"id" text PRIMARY KEY NOT NULL,
	"kind" "session_kind" NOT NULL,
	"tenant_id" text NOT NULL,
	"object_id" text NOT NULL,
	"name" text NOT NULL,
	"email" text,
	"role" "staff_role",
	"data" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"last_seen_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "sessions_role_of_staff" CHECK (("sessions"."kind" = 'staff') = ("sessions"."role" is not null))
);
--> statement-breakpoint
CREATE TABLE "staff" (
	"tenant_id" text NOT NULL,
	"object_id" text NOT NULL,
	"name" text NOT NULL,
	"email" text,
	"role" "staff_role" NOT NULL,
	"disabled_at" timestamp (3) with time zone,
	"first_seen_at" timestamp (3) with time zone NOT NULL,
	"last_sign_in_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "staff_tenant_id_object_id_pk" PRIMARY KEY("tenant_id","object_id")
);
--> statement-breakpoint
CREATE TABLE "subscriptions" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"publisher_id" text,
	"offer_id" text NOT NULL,
	"plan_id" text NOT NULL,
	"quantity" integer,
	"status" "subscription_status" NOT NULL,
	"unrecognised_status" text,
	"beneficiary_email" text,
	"beneficiary_object_id" text,
	"beneficiary_tenant_id" text,
	"purchaser_email" text,
	"purchaser_object_id" text,
	"purchaser_tenant_id" text,
	"term_unit" text,
	"term_starts_at" timestamp (3) with time zone,
	"term_ends_at" timestamp (3) with time zone,
	"auto_renews" boolean,
	"is_free_trial" boolean DEFAULT false NOT NULL,
	"is_test" boolean DEFAULT false NOT NULL,
	"allowed_customer_operations" text[] DEFAULT '{}' NOT NULL,
	"purchased_at" timestamp (3) with time zone,
	"hold_reason" text,
	"hold_by" text,
	"hold_at" timestamp (3) with time zone,
	"contact_name" text,
	"contact_email" text,
	"contact_company" text,
	"contact_phone" text,
	"first_seen_by" "first_seen_by" NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"synced_at" timestamp (3) with time zone NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	"raw" jsonb,
	"search_text" text GENERATED ALWAYS AS (lower(id || ' ' || name || ' ' || offer_id || ' ' || plan_id || ' ' || coalesce(beneficiary_email, '') || ' ' || coalesce(beneficiary_object_id, '') || ' ' || coalesce(beneficiary_tenant_id, '') || ' ' || coalesce(purchaser_email, '') || ' ' || coalesce(purchaser_object_id, '') || ' ' || coalesce(purchaser_tenant_id, '') || ' ' || coalesce(contact_name, '') || ' ' || coalesce(contact_email, '') || ' ' || coalesce(contact_company, '') || ' ' || coalesce(contact_phone, ''))) STORED NOT NULL,
	CONSTRAINT "subscriptions_quantity_positive" CHECK ("subscriptions"."quantity" > 0),
	CONSTRAINT "subscriptions_hold_whole" CHECK (num_nonnulls("subscriptions"."hold_reason", "subscriptions"."hold_by", "subscriptions"."hold_at") in (0, 3)),
	CONSTRAINT "subscriptions_contact_whole" CHECK (num_nonnulls("subscriptions"."contact_name", "subscriptions"."contact_email", "subscriptions"."contact_company", "subscriptions"."contact_phone") in (0, 4)),
	CONSTRAINT "subscriptions_version_positive" CHECK ("subscriptions"."version" > 0)
);
--> statement-breakpoint
CREATE TABLE "webhook_deliveries" (
	"id" uuid PRIMARY KEY NOT NULL,
	"received_at" timestamp (3) with time zone NOT NULL,
	"outcome" "delivery_outcome" NOT NULL,
	"marketplace_id" text,
	"subscription_id" text,
	"action" text,
	"operation_id" uuid,
	"body" "bytea" NOT NULL,
	"body_sha256" text NOT NULL,
	"headers" jsonb NOT NULL
);
--> statement-breakpoint
CREATE INDEX "activity_subscription" ON "activity" USING btree ("subscription_id","id");--> statement-breakpoint
CREATE INDEX "activity_actor" ON "activity" USING btree ("actor_kind","id");--> statement-breakpoint
CREATE UNIQUE INDEX "operations_one_open_of_ours" ON "operations" USING btree ("subscription_id") WHERE "operations"."stage" in ('requested', 'accepted');--> statement-breakpoint
CREATE INDEX "operations_subscription" ON "operations" USING btree ("subscription_id","id");--> statement-breakpoint
CREATE INDEX "operations_open" ON "operations" USING btree ("id") WHERE "operations"."stage" <> 'settled';--> statement-breakpoint
CREATE INDEX "operations_open_of_subscription" ON "operations" USING btree ("subscription_id") WHERE "operations"."stage" <> 'settled';--> statement-breakpoint
CREATE INDEX "operations_without_job" ON "operations" USING btree ("created_at") WHERE "operations"."enqueued_at" is null and "operations"."stage" <> 'settled';--> statement-breakpoint
CREATE UNIQUE INDEX "reconcile_runs_one_open" ON "reconcile_runs" USING btree ((1)) WHERE "reconcile_runs"."finished_at" is null;--> statement-breakpoint
CREATE INDEX "sessions_person" ON "sessions" USING btree ("tenant_id","object_id");--> statement-breakpoint
CREATE INDEX "sessions_expiry" ON "sessions" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "subscriptions_search" ON "subscriptions" USING gin ("search_text" gin_trgm_ops);--> statement-breakpoint
CREATE INDEX "subscriptions_updated" ON "subscriptions" USING btree ("updated_at","id");--> statement-breakpoint
CREATE INDEX "subscriptions_name" ON "subscriptions" USING btree ("name","id");--> statement-breakpoint
CREATE INDEX "subscriptions_purchased" ON "subscriptions" USING btree (coalesce(purchased_at, '-infinity'),"id");--> statement-breakpoint
CREATE INDEX "subscriptions_term_end" ON "subscriptions" USING btree (coalesce(term_ends_at, 'infinity'),"id");--> statement-breakpoint
CREATE INDEX "subscriptions_quantity" ON "subscriptions" USING btree (coalesce(quantity, 0),"id");--> statement-breakpoint
CREATE INDEX "subscriptions_status_updated" ON "subscriptions" USING btree ("status","updated_at","id");--> statement-breakpoint
CREATE INDEX "subscriptions_plan_updated" ON "subscriptions" USING btree ("offer_id","plan_id","updated_at","id");--> statement-breakpoint
CREATE INDEX "subscriptions_held" ON "subscriptions" USING btree ("updated_at","id") WHERE "subscriptions"."hold_at" is not null;--> statement-breakpoint
CREATE INDEX "webhook_deliveries_subscription" ON "webhook_deliveries" USING btree ("subscription_id","id");--> statement-breakpoint
CREATE INDEX "webhook_deliveries_operation" ON "webhook_deliveries" USING btree ("operation_id","id");