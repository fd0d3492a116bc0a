CREATE TABLE "cancel_policy" (
	"is_only_row" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"needs_second_person" boolean NOT NULL,
	"waits_hours" integer NOT NULL,
	"version" integer NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	"updated_by_name" text NOT NULL,
	CONSTRAINT "cancel_policy_one_row" CHECK ("cancel_policy"."is_only_row"),
	CONSTRAINT "cancel_policy_waits" CHECK ("cancel_policy"."waits_hours" between 1 and 720)
);
--> statement-breakpoint
CREATE TABLE "cancel_requests" (
	"id" uuid PRIMARY KEY NOT NULL,
	"subscription_id" text NOT NULL,
	"state" text NOT NULL,
	"reason" text NOT NULL,
	"reason_code" text,
	"requested_by_id" text NOT NULL,
	"requested_by_name" text NOT NULL,
	"requested_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"decided_by_id" text,
	"decided_by_name" text,
	"decided_at" timestamp (3) with time zone,
	"decision_reason" text,
	"operation_id" uuid,
	CONSTRAINT "cancel_requests_decided" CHECK (("cancel_requests"."state" = 'waiting') = ("cancel_requests"."decided_at" is null) and ("cancel_requests"."decided_at" is null) = ("cancel_requests"."decided_by_name" is null)),
	CONSTRAINT "cancel_requests_second_person" CHECK ("cancel_requests"."state" <> 'approved' or "cancel_requests"."decided_by_id" <> "cancel_requests"."requested_by_id"),
	CONSTRAINT "cancel_requests_operation" CHECK (("cancel_requests"."state" = 'approved') = ("cancel_requests"."operation_id" is not null)),
	CONSTRAINT "cancel_requests_expiry" CHECK ("cancel_requests"."expires_at" > "cancel_requests"."requested_at")
);
--> statement-breakpoint
CREATE TABLE "reason_codes" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"actions" text[] NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"created_by_name" text NOT NULL,
	"retired_at" timestamp (3) with time zone,
	"retired_by_name" text,
	CONSTRAINT "reason_codes_id" CHECK ("reason_codes"."id" ~ '^[a-z0-9_]{1,60}$'),
	CONSTRAINT "reason_codes_name" CHECK ("reason_codes"."name" <> ''),
	CONSTRAINT "reason_codes_actions" CHECK (cardinality("reason_codes"."actions") > 0 and "reason_codes"."actions" <@ array['activate', 'changePlan', 'changeQuantity', 'suspend', 'reinstate', 'cancel', 'refuse']),
	CONSTRAINT "reason_codes_retired_whole" CHECK (num_nonnulls("reason_codes"."retired_at", "reason_codes"."retired_by_name") in (0, 2))
);
--> statement-breakpoint
ALTER TABLE "activity" ADD COLUMN "reason_code" text;--> statement-breakpoint
ALTER TABLE "change_rules" ADD COLUMN "asks_staff" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "operations" ADD COLUMN "reason_code" text;--> statement-breakpoint
ALTER TABLE "plans" ADD COLUMN "is_private" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "subscriptions" ADD COLUMN "hold_reason_code" text;--> statement-breakpoint
CREATE UNIQUE INDEX "cancel_requests_one_waiting" ON "cancel_requests" USING btree ("subscription_id") WHERE "cancel_requests"."state" = 'waiting';--> statement-breakpoint
CREATE INDEX "cancel_requests_waiting" ON "cancel_requests" USING btree ("expires_at") WHERE "cancel_requests"."state" = 'waiting';--> statement-breakpoint
CREATE UNIQUE INDEX "reason_codes_name_offered" ON "reason_codes" USING btree (lower("name")) WHERE "reason_codes"."retired_at" is null;--> statement-breakpoint
CREATE INDEX "reason_codes_created" ON "reason_codes" USING btree ("created_at","id");--> statement-breakpoint
CREATE INDEX "activity_reason_code" ON "activity" USING btree ("reason_code","id") WHERE "activity"."reason_code" is not null;
