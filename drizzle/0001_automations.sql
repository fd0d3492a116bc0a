ALTER TYPE "public"."actor_kind" ADD VALUE 'automation';--> statement-breakpoint
CREATE TABLE "automation_firings" (
	"id" uuid PRIMARY KEY NOT NULL,
	"automation_id" uuid NOT NULL,
	"version" integer NOT NULL,
	"subscription_id" text NOT NULL,
	"event_id" uuid,
	"at" timestamp (3) with time zone NOT NULL,
	"state" text NOT NULL,
	"results" jsonb NOT NULL,
	"ended_by_name" text,
	CONSTRAINT "automation_firings_dismissed" CHECK (("automation_firings"."state" = 'dismissed') = ("automation_firings"."ended_by_name" is not null))
);
--> statement-breakpoint
CREATE TABLE "automation_matches" (
	"automation_id" uuid NOT NULL,
	"subscription_id" text NOT NULL,
	CONSTRAINT "automation_matches_automation_id_subscription_id_pk" PRIMARY KEY("automation_id","subscription_id")
);
--> statement-breakpoint
CREATE TABLE "automation_position" (
	"id" text PRIMARY KEY NOT NULL,
	"position" bigint NOT NULL,
	CONSTRAINT "automation_position_one" CHECK ("automation_position"."id" = 'all')
);
--> statement-breakpoint
CREATE TABLE "automation_versions" (
	"automation_id" uuid NOT NULL,
	"version" integer NOT NULL,
	"name" text NOT NULL,
	"trigger" jsonb NOT NULL,
	"filters" jsonb NOT NULL,
	"actions" jsonb NOT NULL,
	"reason" text NOT NULL,
	"actor_kind" "actor_kind" NOT NULL,
	"actor_id" text,
	"actor_name" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "automation_versions_automation_id_version_pk" PRIMARY KEY("automation_id","version")
);
--> statement-breakpoint
CREATE TABLE "automations" (
	"id" uuid PRIMARY KEY NOT NULL,
	"version" integer NOT NULL,
	"name" text NOT NULL,
	"trigger" jsonb NOT NULL,
	"filters" jsonb NOT NULL,
	"actions" jsonb NOT NULL,
	"place" integer NOT NULL,
	"on_since" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone NOT NULL,
	"removed_at" timestamp (3) with time zone,
	CONSTRAINT "automations_version_positive" CHECK ("automations"."version" > 0),
	CONSTRAINT "automations_name" CHECK ("automations"."name" <> ''),
	CONSTRAINT "automations_removed_off" CHECK ("automations"."removed_at" is null or "automations"."on_since" is null)
);
--> statement-breakpoint
CREATE TABLE "proposed_changes" (
	"id" uuid PRIMARY KEY NOT NULL,
	"automation_id" uuid NOT NULL,
	"version" integer NOT NULL,
	"subscription_id" text NOT NULL,
	"action" text NOT NULL,
	"plan_id" text,
	"quantity" integer,
	"in_days" integer,
	"summary" text NOT NULL,
	"state" text NOT NULL,
	"proposed_at" timestamp (3) with time zone NOT NULL,
	"ended_at" timestamp (3) with time zone,
	"ended_by_name" text,
	CONSTRAINT "proposed_changes_plan" CHECK (("proposed_changes"."action" = 'changePlan') = ("proposed_changes"."plan_id" is not null)),
	CONSTRAINT "proposed_changes_quantity" CHECK (("proposed_changes"."action" = 'changeQuantity') = ("proposed_changes"."quantity" is not null) and "proposed_changes"."quantity" > 0),
	CONSTRAINT "proposed_changes_in_days" CHECK ("proposed_changes"."in_days" > 0),
	CONSTRAINT "proposed_changes_ended" CHECK (("proposed_changes"."state" = 'open') = ("proposed_changes"."ended_at" is null) and ("proposed_changes"."ended_at" is null) = ("proposed_changes"."ended_by_name" is null))
);
--> statement-breakpoint
ALTER TABLE "automation_firings" ADD CONSTRAINT "automation_firings_automation_id_automations_id_fk" FOREIGN KEY ("automation_id") REFERENCES "public"."automations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "automation_matches" ADD CONSTRAINT "automation_matches_automation_id_automations_id_fk" FOREIGN KEY ("automation_id") REFERENCES "public"."automations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "automation_versions" ADD CONSTRAINT "automation_versions_automation_id_automations_id_fk" FOREIGN KEY ("automation_id") REFERENCES "public"."automations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "proposed_changes" ADD CONSTRAINT "proposed_changes_automation_id_automations_id_fk" FOREIGN KEY ("automation_id") REFERENCES "public"."automations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "automation_firings_event" ON "automation_firings" USING btree ("event_id","automation_id") WHERE "automation_firings"."event_id" is not null;--> statement-breakpoint
CREATE INDEX "automation_firings_automation" ON "automation_firings" USING btree ("automation_id","id");--> statement-breakpoint
CREATE INDEX "automation_firings_subscription" ON "automation_firings" USING btree ("subscription_id","at");--> statement-breakpoint
CREATE INDEX "automation_firings_problems" ON "automation_firings" USING btree ("subscription_id","id") WHERE "automation_firings"."state" in ('failed', 'limited');--> statement-breakpoint
CREATE INDEX "automation_firings_at" ON "automation_firings" USING btree ("at");--> statement-breakpoint
CREATE UNIQUE INDEX "automations_name_in_use" ON "automations" USING btree (lower("name")) WHERE "automations"."removed_at" is null;--> statement-breakpoint
CREATE UNIQUE INDEX "proposed_changes_open" ON "proposed_changes" USING btree ("subscription_id","automation_id","action") WHERE "proposed_changes"."state" = 'open';