CREATE TABLE "policy_changes" (
	"id" uuid PRIMARY KEY NOT NULL,
	"policy" text NOT NULL,
	"scope" text NOT NULL,
	"input" jsonb NOT NULL,
	"summary" text NOT NULL,
	"reason" text NOT NULL,
	"state" text NOT NULL,
	"requested_by_id" text NOT NULL,
	"requested_by_name" text NOT NULL,
	"requested_at" timestamp (3) with time zone NOT NULL,
	"applies_at" timestamp (3) with time zone NOT NULL,
	"decided_by_id" text,
	"decided_by_name" text,
	"decided_at" timestamp (3) with time zone,
	"decision_reason" text,
	CONSTRAINT "policy_changes_decided" CHECK (("policy_changes"."state" = 'waiting') = ("policy_changes"."decided_at" is null) and ("policy_changes"."decided_at" is null) = ("policy_changes"."decided_by_name" is null)),
	CONSTRAINT "policy_changes_second_admin" CHECK ("policy_changes"."state" <> 'approved' or ("policy_changes"."decided_by_id" is not null and "policy_changes"."decided_by_id" <> "policy_changes"."requested_by_id")),
	CONSTRAINT "policy_changes_wait" CHECK ("policy_changes"."applies_at" > "policy_changes"."requested_at")
);
--> statement-breakpoint
CREATE TABLE "refusals" (
	"day" date NOT NULL,
	"reason" text NOT NULL,
	"count" bigint NOT NULL,
	"last_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "refusals_day_reason_pk" PRIMARY KEY("day","reason"),
	CONSTRAINT "refusals_count" CHECK ("refusals"."count" > 0)
);
--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "scopes" text[];--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "expires_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "no_expiry_reason" text;--> statement-breakpoint
ALTER TABLE "sessions" ADD COLUMN "authenticated_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "sessions" ADD COLUMN "device" text;--> statement-breakpoint
ALTER TABLE "staff" ADD COLUMN "disabled_by_id" text;--> statement-breakpoint
CREATE UNIQUE INDEX "policy_changes_one_waiting" ON "policy_changes" USING btree ("policy","scope") WHERE "policy_changes"."state" = 'waiting';--> statement-breakpoint
CREATE INDEX "policy_changes_waiting" ON "policy_changes" USING btree ("applies_at") WHERE "policy_changes"."state" = 'waiting';--> statement-breakpoint
-- Keys in force that share a name, which a race could make, are told apart before the name has to be unique.
UPDATE "api_keys" SET "name" = left("api_keys"."name", 40) || ' (' || "ending" || ' ' || "same"."place" || ')'
FROM (SELECT "id", row_number() OVER (PARTITION BY lower("name") ORDER BY "id") AS "place" FROM "api_keys" WHERE "revoked_at" IS NULL) AS "same"
WHERE "same"."id" = "api_keys"."id" AND "same"."place" > 1;--> statement-breakpoint
CREATE UNIQUE INDEX "api_keys_name_in_force" ON "api_keys" USING btree (lower("name")) WHERE "api_keys"."revoked_at" is null;--> statement-breakpoint
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_scopes" CHECK (cardinality("api_keys"."scopes") > 0);--> statement-breakpoint
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_expiry" CHECK ("api_keys"."expires_at" is null or "api_keys"."no_expiry_reason" is null);