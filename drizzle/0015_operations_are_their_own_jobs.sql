DROP INDEX "operations_without_job";--> statement-breakpoint
ALTER TABLE "operations" ADD COLUMN "due_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "operations" ADD COLUMN "claimed_by" text;--> statement-breakpoint
ALTER TABLE "operations" ADD COLUMN "claimed_at" timestamp (3) with time zone;--> statement-breakpoint
CREATE INDEX "operations_due" ON "operations" USING btree ("due_at") WHERE "operations"."due_at" is not null and "operations"."claimed_by" is null;--> statement-breakpoint
CREATE INDEX "operations_claimed" ON "operations" USING btree ("subscription_id") WHERE "operations"."claimed_by" is not null;--> statement-breakpoint
-- What is open is worked on at once; the jobs that were made for it are not needed any more.
UPDATE "operations" SET "due_at" = now() WHERE "stage" <> 'settled' AND "stuck_at" IS NULL;--> statement-breakpoint
DO $$ BEGIN
  IF to_regclass('graphile_worker._private_jobs') IS NOT NULL THEN
    DELETE FROM graphile_worker._private_jobs jobs USING graphile_worker._private_tasks tasks
      WHERE tasks.id = jobs.task_id AND tasks.identifier = 'settle-operation';
  END IF;
END $$;--> statement-breakpoint
ALTER TABLE "operations" ADD CONSTRAINT "operations_due_while_open" CHECK (("operations"."due_at" is not null) = ("operations"."stage" <> 'settled' and "operations"."stuck_at" is null));--> statement-breakpoint
ALTER TABLE "operations" ADD CONSTRAINT "operations_claimed_while_due" CHECK ("operations"."claimed_by" is null or ("operations"."claimed_at" is not null and "operations"."due_at" is not null));