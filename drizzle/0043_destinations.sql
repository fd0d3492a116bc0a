CREATE TABLE "destinations" (
	"id" uuid PRIMARY KEY NOT NULL,
	"version" integer NOT NULL,
	"offer_id" text,
	"plan_id" text,
	"follows_wider" boolean DEFAULT false NOT NULL,
	"mode" text,
	"url" text,
	"opens_on_return" boolean DEFAULT false NOT NULL,
	"reason" text NOT NULL,
	"actor_kind" "actor_kind" NOT NULL,
	"actor_id" text,
	"actor_name" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "destinations_version" UNIQUE("version"),
	CONSTRAINT "destinations_version_positive" CHECK ("destinations"."version" > 0),
	CONSTRAINT "destinations_plan_of_offer" CHECK ("destinations"."offer_id" is not null or "destinations"."plan_id" is null),
	CONSTRAINT "destinations_no_empty_ids" CHECK ("destinations"."offer_id" <> '' and "destinations"."plan_id" <> ''),
	CONSTRAINT "destinations_mode" CHECK ("destinations"."mode" in ('page', 'button', 'after_activation', 'instead')),
	CONSTRAINT "destinations_mode_or_wider" CHECK ("destinations"."follows_wider" = ("destinations"."mode" is null)),
	CONSTRAINT "destinations_wider_of_all" CHECK (not "destinations"."follows_wider" or "destinations"."offer_id" is not null),
	CONSTRAINT "destinations_url" CHECK (("destinations"."url" is not null) = (coalesce("destinations"."mode", 'page') <> 'page') and ("destinations"."url" is null or "destinations"."url" ~ '^https?://')),
	CONSTRAINT "destinations_return_needs_url" CHECK (not "destinations"."opens_on_return" or "destinations"."url" is not null),
	CONSTRAINT "destinations_reason" CHECK ("destinations"."reason" <> '')
);
--> statement-breakpoint
CREATE INDEX "destinations_scope" ON "destinations" USING btree ("offer_id","plan_id","version");