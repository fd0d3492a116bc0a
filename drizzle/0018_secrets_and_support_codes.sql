CREATE TABLE "credentials" (
	"app" text PRIMARY KEY NOT NULL,
	"client_id" text NOT NULL,
	"kind" text NOT NULL,
	"fingerprint" text NOT NULL,
	"ends_on" date,
	"told_by" text,
	"seen_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "credentials_told" CHECK ("credentials"."told_by" is null or "credentials"."ends_on" is not null)
);
--> statement-breakpoint
CREATE INDEX "activity_support_code" ON "activity" USING btree (("after"->>'supportCode')) WHERE "activity"."kind" = 'landing.refused';--> statement-breakpoint
CREATE INDEX "differences_failed" ON "differences" USING btree ("at") WHERE "differences"."done" = 'failed';