DROP INDEX "notice_needs_once";--> statement-breakpoint
ALTER TABLE "seen_needs" ADD COLUMN "snoozed_until" timestamp (3) with time zone;--> statement-breakpoint
CREATE INDEX "notice_needs_need" ON "notice_needs" USING btree ("need_id","target","type");