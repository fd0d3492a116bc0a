CREATE TABLE "awaited_visits" (
	"id" uuid PRIMARY KEY NOT NULL,
	"visit" text NOT NULL,
	"fingerprint" text NOT NULL,
	"language" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"subscription_id" text,
	CONSTRAINT "awaited_visits_fingerprint_unique" UNIQUE("fingerprint")
);
--> statement-breakpoint
CREATE INDEX "awaited_visits_waiting" ON "awaited_visits" USING btree ("created_at") WHERE "awaited_visits"."subscription_id" is null;