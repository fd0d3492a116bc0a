CREATE TABLE "purchase_grace" (
	"is_only_row" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"minutes" integer NOT NULL,
	"version" integer NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	"updated_by_name" text NOT NULL,
	CONSTRAINT "purchase_grace_one_row" CHECK ("purchase_grace"."is_only_row"),
	CONSTRAINT "purchase_grace_minutes" CHECK ("purchase_grace"."minutes" between 0 and 4320)
);
