CREATE TABLE "landing_troubles" (
	"support_code" text PRIMARY KEY NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"kind" text NOT NULL,
	"status" integer,
	"summary" text NOT NULL,
	"correlation_id" text
);
--> statement-breakpoint
CREATE TABLE "used_sign_ins" (
	"id" text PRIMARY KEY NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "sessions" ADD COLUMN "entra_grant" text;--> statement-breakpoint
ALTER TABLE "sessions" ADD COLUMN "confirmed_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "sessions" ADD COLUMN "recheck_at" timestamp (3) with time zone;--> statement-breakpoint
CREATE INDEX "landing_troubles_kind" ON "landing_troubles" USING btree ("kind","at");--> statement-breakpoint
CREATE INDEX "used_sign_ins_expiry" ON "used_sign_ins" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "sessions_recheck" ON "sessions" USING btree ("recheck_at") WHERE "sessions"."recheck_at" is not null;