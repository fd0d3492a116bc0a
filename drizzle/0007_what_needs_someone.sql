CREATE TABLE "snoozes" (
	"kind" text NOT NULL,
	"subject_id" text NOT NULL,
	"deadline" timestamp (3) with time zone,
	"until" timestamp (3) with time zone NOT NULL,
	"reason" text NOT NULL,
	"actor_id" text NOT NULL,
	"actor_name" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "snoozes_kind_subject_id_pk" PRIMARY KEY("kind","subject_id"),
	CONSTRAINT "snoozes_reason" CHECK ("snoozes"."reason" <> ''),
	CONSTRAINT "snoozes_until_later" CHECK ("snoozes"."until" > "snoozes"."created_at")
);
--> statement-breakpoint
ALTER TABLE "staff" ADD COLUMN "disabled_by" text;--> statement-breakpoint
ALTER TABLE "staff" ADD COLUMN "disabled_reason" text;--> statement-breakpoint
ALTER TABLE "subscriptions" ADD COLUMN "status_since" timestamp (3) with time zone;--> statement-breakpoint
-- The last change is that of the status or came after it: the latest that it can have been.
UPDATE "subscriptions" SET "status_since" = "updated_at";--> statement-breakpoint
ALTER TABLE "subscriptions" ALTER COLUMN "status_since" SET NOT NULL;--> statement-breakpoint
CREATE INDEX "snoozes_until" ON "snoozes" USING btree ("until");--> statement-breakpoint
CREATE INDEX "differences_missing" ON "differences" USING btree ("at") WHERE "differences"."done" = 'raised' and "differences"."kind" = 'missing';--> statement-breakpoint
CREATE INDEX "operations_answer_due" ON "operations" USING btree ("answer_due_at") WHERE "operations"."answer_due_at" is not null and "operations"."stage" in ('received', 'verified', 'decided');--> statement-breakpoint
CREATE INDEX "operations_stuck" ON "operations" USING btree ("stuck_at") WHERE "operations"."stuck_at" is not null;--> statement-breakpoint
CREATE INDEX "operations_quarantined" ON "operations" USING btree ("settled_at") WHERE "operations"."outcome" = 'quarantined';--> statement-breakpoint
CREATE INDEX "operations_failed_activations" ON "operations" USING btree ("settled_at") WHERE "operations"."outcome" = 'failed' and "operations"."action" = 'Activate';--> statement-breakpoint
CREATE INDEX "subscriptions_pending" ON "subscriptions" USING btree (coalesce(purchased_at, created_at),"id") WHERE "subscriptions"."status" = 'PendingFulfillmentStart';--> statement-breakpoint
CREATE INDEX "subscriptions_suspended" ON "subscriptions" USING btree ("status_since","id") WHERE "subscriptions"."status" = 'Suspended';--> statement-breakpoint
CREATE INDEX "subscriptions_not_renewing" ON "subscriptions" USING btree ("term_ends_at","id") WHERE "subscriptions"."status" = 'Subscribed' and not "subscriptions"."auto_renews" and not "subscriptions"."is_free_trial";--> statement-breakpoint
CREATE INDEX "subscriptions_trials" ON "subscriptions" USING btree ("term_ends_at","id") WHERE "subscriptions"."status" = 'Subscribed' and "subscriptions"."is_free_trial";--> statement-breakpoint
CREATE INDEX "subscriptions_unrecognised" ON "subscriptions" USING btree ("updated_at","id") WHERE "subscriptions"."unrecognised_status" is not null;--> statement-breakpoint
ALTER TABLE "staff" ADD CONSTRAINT "staff_disabled_whole" CHECK (num_nonnulls("staff"."disabled_by", "staff"."disabled_reason") in (0, case when "staff"."disabled_at" is null then 0 else 2 end));