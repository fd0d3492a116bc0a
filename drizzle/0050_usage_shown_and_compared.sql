CREATE TABLE "usage_comparisons" (
	"day" date PRIMARY KEY NOT NULL,
	"claimed_until" timestamp (3) with time zone,
	"compared_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "usage_days" (
	"day" date NOT NULL,
	"subscription_id" text NOT NULL,
	"dimension" text NOT NULL,
	"ledger" numeric NOT NULL,
	"submitted" numeric,
	"processed" numeric,
	"recon_status" text,
	"cause" text,
	"found_at" timestamp (3) with time zone,
	"compared_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "usage_days_day_subscription_id_dimension_pk" PRIMARY KEY("day","subscription_id","dimension"),
	CONSTRAINT "usage_days_found" CHECK (("usage_days"."cause" is null) = ("usage_days"."found_at" is null))
);
--> statement-breakpoint
ALTER TABLE "usage_accounts" ADD COLUMN "notified_percent" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "usage_settings" ADD COLUMN "is_shown_to_purchasers" boolean DEFAULT true NOT NULL;--> statement-breakpoint
CREATE INDEX "usage_days_differing" ON "usage_days" USING btree ("day") WHERE "usage_days"."cause" is not null;--> statement-breakpoint
CREATE INDEX "usage_days_subscription" ON "usage_days" USING btree ("subscription_id","dimension","day");--> statement-breakpoint
CREATE INDEX "usage_slots_listed_lost" ON "usage_slots" USING btree ("hour","id") WHERE "usage_slots"."state" = 'lost' or "usage_slots"."lost" > 0;