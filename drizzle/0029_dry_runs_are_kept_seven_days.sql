-- Not validated: versions are append-only, and one that was written without the app may have less.
ALTER TABLE "retentions" DROP CONSTRAINT "retentions_least";--> statement-breakpoint
ALTER TABLE "retentions" ADD CONSTRAINT "retentions_least" CHECK ("retentions"."deliveries" >= 90 and "retentions"."calls" >= 30 and "retentions"."refused" >= 7 and "retentions"."contacts" >= 30 and "retentions"."events" >= 30 and "retentions"."messages" >= 7 and "retentions"."usage" >= 90 and "retentions"."movements" >= 400 and "retentions"."dry_runs" >= 7) NOT VALID;
