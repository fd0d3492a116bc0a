CREATE TABLE "note_mentions" (
	"id" uuid PRIMARY KEY NOT NULL,
	"note_id" uuid NOT NULL,
	"version_id" uuid NOT NULL,
	"staff_id" text NOT NULL,
	"subscription_id" text,
	"customer_id" text,
	"by_name" text NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"read_at" timestamp (3) with time zone,
	CONSTRAINT "note_mentions_once" UNIQUE("note_id","staff_id")
);
--> statement-breakpoint
ALTER TABLE "subscription_notes" ADD COLUMN "edits" uuid;--> statement-breakpoint
CREATE INDEX "note_mentions_unread" ON "note_mentions" USING btree ("at","id") WHERE "note_mentions"."read_at" is null;--> statement-breakpoint
CREATE INDEX "subscription_notes_edits" ON "subscription_notes" USING btree ("edits") WHERE "subscription_notes"."edits" is not null;