CREATE TABLE "brandings" (
	"id" uuid PRIMARY KEY NOT NULL,
	"version" integer NOT NULL,
	"publisher_name" text NOT NULL,
	"accent" text,
	"support_email" text,
	"support_url" text,
	"terms_url" text,
	"privacy_url" text,
	"next_steps" text,
	"logo" text,
	"reason" text NOT NULL,
	"actor_kind" "actor_kind" NOT NULL,
	"actor_id" text,
	"actor_name" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "brandings_version" UNIQUE("version"),
	CONSTRAINT "brandings_accent" CHECK ("brandings"."accent" ~ '^#[0-9a-f]{6}$'),
	CONSTRAINT "brandings_reason" CHECK ("brandings"."reason" <> '')
);
--> statement-breakpoint
CREATE TABLE "logos" (
	"sha256" text PRIMARY KEY NOT NULL,
	"type" text NOT NULL,
	"bytes" "bytea" NOT NULL,
	CONSTRAINT "logos_size" CHECK (length("logos"."bytes") between 1 and 65536)
);
--> statement-breakpoint
CREATE TABLE "daily_flows" (
	"day" date NOT NULL,
	"offer_id" text NOT NULL,
	"purchased" integer DEFAULT 0 NOT NULL,
	"ended_unseen" integer DEFAULT 0 NOT NULL,
	"activated" integer DEFAULT 0 NOT NULL,
	"ended" integer DEFAULT 0 NOT NULL,
	"trials_ended" integer DEFAULT 0 NOT NULL,
	"trials_converted" integer DEFAULT 0 NOT NULL,
	"suspended" integer DEFAULT 0 NOT NULL,
	"reinstated" integer DEFAULT 0 NOT NULL,
	CONSTRAINT "daily_flows_day_offer_id_pk" PRIMARY KEY("day","offer_id")
);
--> statement-breakpoint
CREATE TABLE "daily_states" (
	"day" date NOT NULL,
	"offer_id" text NOT NULL,
	"plan_id" text NOT NULL,
	"pending" integer DEFAULT 0 NOT NULL,
	"subscribed" integer DEFAULT 0 NOT NULL,
	"suspended" integer DEFAULT 0 NOT NULL,
	"trials" integer DEFAULT 0 NOT NULL,
	"seats" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "daily_states_day_offer_id_plan_id_pk" PRIMARY KEY("day","offer_id","plan_id")
);
--> statement-breakpoint
CREATE TABLE "hourly_webhooks" (
	"hour" timestamp (3) with time zone PRIMARY KEY NOT NULL,
	"accepted" integer DEFAULT 0 NOT NULL,
	"duplicates" integer DEFAULT 0 NOT NULL,
	"unprocessable" integer DEFAULT 0 NOT NULL,
	"refused_so_far" bigint DEFAULT 0 NOT NULL,
	"within1s" integer DEFAULT 0 NOT NULL,
	"within3s" integer DEFAULT 0 NOT NULL,
	"within10s" integer DEFAULT 0 NOT NULL,
	"later" integer DEFAULT 0 NOT NULL,
	CONSTRAINT "hourly_webhooks_whole_hour" CHECK ("hourly_webhooks"."hour" = date_trunc('hour', "hourly_webhooks"."hour", 'UTC'))
);
--> statement-breakpoint
CREATE TABLE "retentions" (
	"id" uuid PRIMARY KEY NOT NULL,
	"version" integer NOT NULL,
	"deliveries" integer,
	"calls" integer,
	"refused" integer,
	"contacts" integer,
	"reason" text NOT NULL,
	"actor_kind" "actor_kind" NOT NULL,
	"actor_id" text,
	"actor_name" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "retentions_version" UNIQUE("version"),
	CONSTRAINT "retentions_least" CHECK ("retentions"."deliveries" >= 90 and "retentions"."calls" >= 30 and "retentions"."refused" >= 7 and "retentions"."contacts" >= 30),
	CONSTRAINT "retentions_reason" CHECK ("retentions"."reason" <> '')
);
--> statement-breakpoint
ALTER TABLE "subscriptions" ADD COLUMN "activated_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "brandings" ADD CONSTRAINT "brandings_logo_logos_sha256_fk" FOREIGN KEY ("logo") REFERENCES "public"."logos"("sha256") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "activity_turns" ON "activity" USING btree ("kind","id") WHERE "activity"."kind" in ('subscription.suspended', 'subscription.reinstated', 'subscription.trial_ended');--> statement-breakpoint
CREATE INDEX "subscriptions_activated" ON "subscriptions" USING btree ("activated_at") WHERE "subscriptions"."activated_at" is not null;--> statement-breakpoint
CREATE INDEX "subscriptions_ended" ON "subscriptions" USING btree ("status_since","id") WHERE "subscriptions"."status" = 'Unsubscribed';--> statement-breakpoint
CREATE INDEX "subscriptions_created" ON "subscriptions" USING btree ("created_at");
--> statement-breakpoint
-- What the record tells of activations before there was a column for them.
UPDATE "subscriptions" SET "activated_at" = activated."at" FROM (
  SELECT DISTINCT ON ("subscription_id") "subscription_id", "at" FROM "activity" WHERE "kind" = 'subscription.activated' ORDER BY "subscription_id", "id"
) activated WHERE activated."subscription_id" = "subscriptions"."id";--> statement-breakpoint
CREATE TRIGGER brandings_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON "brandings"
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();--> statement-breakpoint
CREATE TRIGGER retentions_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON "retentions"
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();--> statement-breakpoint
-- Raw deliveries and calls stay append-only, but for the job that lets go of old ones: it must say so, and even then no row
-- goes before its least time, which the trigger's argument gives in days. Ids are time-ordered: their first 48 bits are the time.
CREATE FUNCTION refuse_early_end() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF current_setting('marketdesk.retention', true) IS DISTINCT FROM 'on'
    OR to_timestamp(('x' || translate(left(OLD.id::text, 13), '-', ''))::bit(48)::bigint / 1000.0) > now() - make_interval(days => TG_ARGV[0]::int) THEN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN OLD;
END $$;--> statement-breakpoint
DROP TRIGGER webhook_deliveries_append_only ON "webhook_deliveries";--> statement-breakpoint
CREATE TRIGGER webhook_deliveries_append_only BEFORE UPDATE OR TRUNCATE ON "webhook_deliveries"
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();--> statement-breakpoint
CREATE TRIGGER webhook_deliveries_kept BEFORE DELETE ON "webhook_deliveries"
  FOR EACH ROW EXECUTE FUNCTION refuse_early_end(90);--> statement-breakpoint
DROP TRIGGER operation_steps_append_only ON "operation_steps";--> statement-breakpoint
CREATE TRIGGER operation_steps_append_only BEFORE UPDATE OR TRUNCATE ON "operation_steps"
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();--> statement-breakpoint
CREATE TRIGGER operation_steps_kept BEFORE DELETE ON "operation_steps"
  FOR EACH ROW EXECUTE FUNCTION refuse_early_end(30);
