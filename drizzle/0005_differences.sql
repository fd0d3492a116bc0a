CREATE TABLE "differences" (
	"id" uuid PRIMARY KEY NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"run_id" uuid,
	"subscription_id" text,
	"kind" text NOT NULL,
	"held" jsonb,
	"truth" jsonb,
	"cause" text,
	"done" text NOT NULL,
	"error" text,
	CONSTRAINT "differences_error_of_failure" CHECK (("differences"."done" = 'failed') = ("differences"."error" is not null))
);
--> statement-breakpoint
CREATE TABLE "subscription_listings" (
	"subscription_id" text PRIMARY KEY NOT NULL,
	"run_id" uuid,
	"listed_at" timestamp (3) with time zone,
	"asked_at" timestamp (3) with time zone
);
--> statement-breakpoint
ALTER TABLE "reconcile_runs" ADD COLUMN "phase" text DEFAULT 'listing' NOT NULL;--> statement-breakpoint
ALTER TABLE "reconcile_runs" ADD COLUMN "restarts" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "reconcile_runs" ADD COLUMN "checked_through" text;--> statement-breakpoint
ALTER TABLE "reconcile_runs" ADD COLUMN "expected" integer;--> statement-breakpoint
ALTER TABLE "reconcile_runs" ADD COLUMN "raised" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "reconcile_runs" ADD COLUMN "revived" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX "differences_subscription" ON "differences" USING btree ("subscription_id","id");--> statement-breakpoint
CREATE INDEX "differences_kind" ON "differences" USING btree ("kind","id");--> statement-breakpoint
CREATE TRIGGER differences_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON "differences"
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();--> statement-breakpoint
-- Each comparison touches each row of it: room on the page keeps these updates off the index.
ALTER TABLE "subscription_listings" SET (fillfactor = 60, autovacuum_vacuum_scale_factor = 0.1);
