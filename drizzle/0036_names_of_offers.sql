CREATE TABLE "offers" (
	"offer_id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"named_at" timestamp (3) with time zone NOT NULL,
	"named_by_name" text NOT NULL
);
