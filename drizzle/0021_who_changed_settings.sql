ALTER TABLE "endpoints" ADD COLUMN "changed_by_name" text;--> statement-breakpoint
ALTER TABLE "endpoints" ADD COLUMN "changed_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "escalations" ADD COLUMN "changed_by_name" text;--> statement-breakpoint
ALTER TABLE "notification_settings" ADD COLUMN "changed_by_name" text;