ALTER TABLE "operations" ADD COLUMN "term_ends_on" text;--> statement-breakpoint
ALTER TABLE "operations" ADD COLUMN "occurred_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "operations" ADD COLUMN "effect_awaited_since" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "operations" ADD COLUMN "attention" text;--> statement-breakpoint
ALTER TABLE "reconcile_runs" ADD COLUMN "fruitless_pages" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "subscriptions" ADD COLUMN "own_version" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "subscriptions" ADD COLUMN "truth_reader_id" uuid;--> statement-breakpoint
ALTER TABLE "subscriptions" ADD COLUMN "truth_reader_until" timestamp (3) with time zone;--> statement-breakpoint
CREATE INDEX "operations_attention" ON "operations" USING btree ("settled_at") WHERE "operations"."attention" is not null;