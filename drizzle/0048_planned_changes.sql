CREATE TABLE "planned_changes" (
	"id" uuid PRIMARY KEY NOT NULL,
	"subscription_id" text NOT NULL,
	"action" text NOT NULL,
	"plan_id" text,
	"quantity" integer,
	"summary" text NOT NULL,
	"due_on" date NOT NULL,
	"term_ends_on" date,
	"until_on" date,
	"state" text NOT NULL,
	"reason" text NOT NULL,
	"reason_code" text,
	"planned_by_id" text NOT NULL,
	"planned_by_name" text NOT NULL,
	"planned_at" timestamp (3) with time zone NOT NULL,
	"retry_at" timestamp (3) with time zone,
	"problem" text,
	"operation_id" uuid,
	"ended_at" timestamp (3) with time zone,
	"ended_by_name" text,
	CONSTRAINT "planned_changes_plan" CHECK (("planned_changes"."action" = 'changePlan') = ("planned_changes"."plan_id" is not null)),
	CONSTRAINT "planned_changes_quantity" CHECK (("planned_changes"."action" = 'changeQuantity') = ("planned_changes"."quantity" is not null) and "planned_changes"."quantity" > 0),
	CONSTRAINT "planned_changes_until" CHECK ("planned_changes"."until_on" is null or ("planned_changes"."action" = 'suspend' and "planned_changes"."until_on" > "planned_changes"."due_on")),
	CONSTRAINT "planned_changes_ended" CHECK (("planned_changes"."state" in ('waiting', 'requested')) = ("planned_changes"."ended_at" is null) and ("planned_changes"."ended_at" is null) = ("planned_changes"."ended_by_name" is null)),
	CONSTRAINT "planned_changes_operation" CHECK ("planned_changes"."state" <> 'requested' or "planned_changes"."operation_id" is not null)
);
--> statement-breakpoint
CREATE UNIQUE INDEX "planned_changes_one_a_day" ON "planned_changes" USING btree ("subscription_id","action","due_on") WHERE "planned_changes"."state" = 'waiting';--> statement-breakpoint
CREATE INDEX "planned_changes_ahead" ON "planned_changes" USING btree ("due_on","id") WHERE "planned_changes"."state" = 'waiting';--> statement-breakpoint
CREATE INDEX "planned_changes_at_term_end" ON "planned_changes" USING btree ("subscription_id") WHERE "planned_changes"."state" = 'waiting' and "planned_changes"."term_ends_on" is not null;--> statement-breakpoint
CREATE INDEX "planned_changes_requested" ON "planned_changes" USING btree ("operation_id") WHERE "planned_changes"."state" = 'requested';--> statement-breakpoint
CREATE INDEX "planned_changes_failed" ON "planned_changes" USING btree ("ended_at","id") WHERE "planned_changes"."state" = 'failed';--> statement-breakpoint
CREATE INDEX "planned_changes_ended_list" ON "planned_changes" USING btree ("id") WHERE "planned_changes"."state" not in ('waiting', 'failed');--> statement-breakpoint
CREATE INDEX "planned_changes_subscription" ON "planned_changes" USING btree ("subscription_id");