ALTER TABLE "usage_slots" ADD COLUMN "late_other" jsonb;--> statement-breakpoint
ALTER TABLE "usage_slots" ADD COLUMN "lost_of_former_plan" numeric DEFAULT '0' NOT NULL;--> statement-breakpoint
CREATE INDEX "usage_slots_lost_of_former_plan" ON "usage_slots" USING btree ("hour") WHERE "usage_slots"."lost_of_former_plan" > 0;