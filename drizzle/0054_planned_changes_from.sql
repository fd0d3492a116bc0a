ALTER TABLE "planned_changes" ADD COLUMN "seen_plan_id" text;--> statement-breakpoint
ALTER TABLE "planned_changes" ADD COLUMN "seen_quantity" integer;