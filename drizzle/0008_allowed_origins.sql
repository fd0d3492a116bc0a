CREATE TABLE "allowed_origins" (
	"origin" text PRIMARY KEY NOT NULL,
	"reason" text NOT NULL,
	"actor_kind" "actor_kind" NOT NULL,
	"actor_id" text,
	"actor_name" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "allowed_origins_origin" CHECK ("allowed_origins"."origin" ~ '^https?://[^/?#@\s]+$'),
	CONSTRAINT "allowed_origins_reason" CHECK ("allowed_origins"."reason" <> '')
);
--> statement-breakpoint
INSERT INTO "allowed_origins" ("origin", "reason", "actor_kind", "actor_name", "created_at")
SELECT DISTINCT substring("url" from '^https?://[^/?#]+'), 'Origin of a destination from before the list', 'system'::"actor_kind", 'Marketdesk', now()
FROM (SELECT DISTINCT ON ("offer_id", "plan_id") "url" FROM "destinations" ORDER BY "offer_id", "plan_id", "version" DESC) AS "latest"
WHERE "url" IS NOT NULL;
