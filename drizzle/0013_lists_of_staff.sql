CREATE TYPE "public"."activity_source" AS ENUM('desk', 'bulk', 'landing', 'webhook', 'api', 'job');--> statement-breakpoint
CREATE TYPE "public"."bulk_row_state" AS ENUM('ready', 'refused', 'done', 'failed');--> statement-breakpoint
CREATE TYPE "public"."bulk_state" AS ENUM('planned', 'running', 'stopped', 'finished');--> statement-breakpoint
CREATE TABLE "bulk_rows" (
	"run_id" uuid NOT NULL,
	"subscription_id" text NOT NULL,
	"state" "bulk_row_state" NOT NULL,
	"plan" text NOT NULL,
	"result" text,
	"operation_id" uuid,
	"ended_at" timestamp (3) with time zone,
	CONSTRAINT "bulk_rows_run_id_subscription_id_pk" PRIMARY KEY("run_id","subscription_id"),
	CONSTRAINT "bulk_rows_result_at_end" CHECK (("bulk_rows"."state" in ('done', 'failed')) = ("bulk_rows"."result" is not null and "bulk_rows"."ended_at" is not null))
);
--> statement-breakpoint
CREATE TABLE "bulk_runs" (
	"id" uuid PRIMARY KEY NOT NULL,
	"action" jsonb NOT NULL,
	"filters" jsonb,
	"state" "bulk_state" NOT NULL,
	"stop_reason" text,
	"owner_id" text NOT NULL,
	"owner_name" text NOT NULL,
	"total" integer NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"started_at" timestamp (3) with time zone,
	"finished_at" timestamp (3) with time zone,
	CONSTRAINT "bulk_runs_started" CHECK ("bulk_runs"."state" = 'planned' or "bulk_runs"."started_at" is not null),
	CONSTRAINT "bulk_runs_finished" CHECK (("bulk_runs"."state" = 'finished') = ("bulk_runs"."finished_at" is not null)),
	CONSTRAINT "bulk_runs_stopped" CHECK (("bulk_runs"."state" = 'stopped') = ("bulk_runs"."stop_reason" is not null))
);
--> statement-breakpoint
CREATE TABLE "column_choices" (
	"staff_id" text PRIMARY KEY NOT NULL,
	"columns" text[] NOT NULL,
	CONSTRAINT "column_choices_name" CHECK ('name' = any("column_choices"."columns"))
);
--> statement-breakpoint
ALTER TABLE "activity" ADD COLUMN "source" "activity_source";--> statement-breakpoint
ALTER TABLE "activity" ADD COLUMN "bulk_run_id" uuid;--> statement-breakpoint
ALTER TABLE "bulk_rows" ADD CONSTRAINT "bulk_rows_run_id_bulk_runs_id_fk" FOREIGN KEY ("run_id") REFERENCES "public"."bulk_runs"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "bulk_rows_state" ON "bulk_rows" USING btree ("run_id","state","subscription_id");--> statement-breakpoint
CREATE INDEX "bulk_runs_running" ON "bulk_runs" USING btree ("id") WHERE "bulk_runs"."state" = 'running';--> statement-breakpoint
CREATE INDEX "activity_person" ON "activity" USING btree ("actor_id","id") WHERE "activity"."actor_id" is not null;--> statement-breakpoint
CREATE INDEX "activity_kind" ON "activity" USING btree ("kind","id");--> statement-breakpoint
CREATE INDEX "activity_words" ON "activity" USING gin (to_tsvector('simple'::regconfig, "summary" || ' ' || "actor_name" || ' ' || coalesce("reason", '')));--> statement-breakpoint
CREATE INDEX "activity_bulk_run" ON "activity" USING btree ("bulk_run_id","id") WHERE "activity"."bulk_run_id" is not null;--> statement-breakpoint
CREATE INDEX "webhook_deliveries_outcome" ON "webhook_deliveries" USING btree ("outcome","id") WHERE "webhook_deliveries"."outcome" <> 'accepted';--> statement-breakpoint
CREATE INDEX "operations_outcome" ON "operations" USING btree ("outcome","id") WHERE "operations"."outcome" <> 'succeeded';--> statement-breakpoint
CREATE INDEX "operations_person" ON "operations" USING btree ("actor_id","id") WHERE "operations"."actor_id" is not null;--> statement-breakpoint
CREATE INDEX "subscription_notes_words" ON "subscription_notes" USING gin (to_tsvector('simple'::regconfig, text));--> statement-breakpoint
CREATE INDEX "subscriptions_beneficiary_tenant" ON "subscriptions" USING btree ("beneficiary_tenant_id");--> statement-breakpoint
CREATE INDEX "subscriptions_purchaser_tenant" ON "subscriptions" USING btree ("purchaser_tenant_id");