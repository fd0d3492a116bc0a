CREATE TABLE "push_browsers" (
	"id" uuid PRIMARY KEY NOT NULL,
	"staff_id" text NOT NULL,
	"name" text NOT NULL,
	"host" text NOT NULL,
	"subscription" text NOT NULL,
	"fingerprint" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX "push_browsers_fingerprint" ON "push_browsers" USING btree ("fingerprint");--> statement-breakpoint
CREATE INDEX "push_browsers_staff" ON "push_browsers" USING btree ("staff_id");