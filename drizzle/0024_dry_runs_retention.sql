ALTER TABLE "retentions" DROP CONSTRAINT "retentions_least";--> statement-breakpoint
ALTER TABLE "bulk_runs" ADD COLUMN "rows_deleted_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "retentions" ADD COLUMN "dry_runs" integer DEFAULT 30;--> statement-breakpoint
CREATE INDEX "bulk_runs_planned" ON "bulk_runs" USING btree ("id") WHERE "bulk_runs"."state" = 'planned' and "bulk_runs"."rows_deleted_at" is null;--> statement-breakpoint
ALTER TABLE "bulk_runs" ADD CONSTRAINT "bulk_runs_rows" CHECK ("bulk_runs"."rows_deleted_at" is null or "bulk_runs"."state" = 'planned');--> statement-breakpoint
ALTER TABLE "retentions" ADD CONSTRAINT "retentions_least" CHECK ("retentions"."deliveries" >= 90 and "retentions"."calls" >= 30 and "retentions"."refused" >= 7 and "retentions"."contacts" >= 30 and "retentions"."events" >= 30 and "retentions"."messages" >= 7 and "retentions"."usage" >= 90 and "retentions"."movements" >= 400 and "retentions"."dry_runs" >= 1);