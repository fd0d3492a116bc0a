CREATE TABLE "usage_accounts" (
	"subscription_id" text NOT NULL,
	"plan_id" text NOT NULL,
	"dimension" text NOT NULL,
	"term_starts_on" date NOT NULL,
	"is_trial" boolean NOT NULL,
	"term_ends_on" date NOT NULL,
	"used" numeric NOT NULL,
	"billed" numeric NOT NULL,
	"included" numeric,
	CONSTRAINT "usage_accounts_subscription_id_dimension_plan_id_term_starts_on_is_trial_pk" PRIMARY KEY("subscription_id","dimension","plan_id","term_starts_on","is_trial"),
	CONSTRAINT "usage_accounts_quantities" CHECK ("usage_accounts"."used" >= 0 and "usage_accounts"."billed" >= 0)
);
--> statement-breakpoint
CREATE TABLE "usage_allowances" (
	"id" uuid PRIMARY KEY NOT NULL,
	"offer_id" text NOT NULL,
	"plan_id" text NOT NULL,
	"dimension" text NOT NULL,
	"version" integer NOT NULL,
	"included" jsonb NOT NULL,
	"reason" text NOT NULL,
	"actor_kind" "actor_kind" NOT NULL,
	"actor_id" text,
	"actor_name" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "usage_allowances_version" UNIQUE("offer_id","plan_id","dimension","version"),
	CONSTRAINT "usage_allowances_reason" CHECK ("usage_allowances"."reason" <> '')
);
--> statement-breakpoint
CREATE TABLE "usage_carries" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "usage_carries_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"from_slot_id" uuid NOT NULL,
	"to_slot_id" uuid NOT NULL,
	"quantity" numeric NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "usage_carries_quantity" CHECK ("usage_carries"."quantity" > 0)
);
--> statement-breakpoint
CREATE TABLE "usage_dimensions" (
	"offer_id" text NOT NULL,
	"plan_id" text NOT NULL,
	"dimension" text NOT NULL,
	"name" text NOT NULL,
	"unit" text,
	"price_per_unit" numeric,
	"currency" text,
	"included" jsonb NOT NULL,
	"seen_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "usage_dimensions_offer_id_plan_id_dimension_pk" PRIMARY KEY("offer_id","plan_id","dimension")
);
--> statement-breakpoint
CREATE TABLE "usage_events" (
	"id" uuid PRIMARY KEY NOT NULL,
	"event_id" text NOT NULL,
	"subscription_id" text NOT NULL,
	"plan_id" text NOT NULL,
	"dimension" text NOT NULL,
	"quantity" numeric NOT NULL,
	"occurred_at" timestamp (3) with time zone NOT NULL,
	"hour" timestamp (3) with time zone NOT NULL,
	"received_at" timestamp (3) with time zone NOT NULL,
	"is_lost" boolean NOT NULL,
	"source" text NOT NULL,
	"reason" text,
	"actor_kind" "actor_kind" NOT NULL,
	"actor_id" text,
	"actor_name" text NOT NULL,
	CONSTRAINT "usage_events_event_id" UNIQUE("event_id"),
	CONSTRAINT "usage_events_quantity" CHECK ("usage_events"."quantity" > 0 or "usage_events"."source" = 'correction')
);
--> statement-breakpoint
CREATE TABLE "usage_settings" (
	"id" uuid PRIMARY KEY NOT NULL,
	"version" integer NOT NULL,
	"grace_minutes" integer NOT NULL,
	"hold_factor" integer,
	"reason" text NOT NULL,
	"actor_kind" "actor_kind" NOT NULL,
	"actor_id" text,
	"actor_name" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "usage_settings_version" UNIQUE("version"),
	CONSTRAINT "usage_settings_limits" CHECK ("usage_settings"."grace_minutes" between 0 and 240 and ("usage_settings"."hold_factor" is null or "usage_settings"."hold_factor" between 2 and 1000)),
	CONSTRAINT "usage_settings_reason" CHECK ("usage_settings"."reason" <> '')
);
--> statement-breakpoint
CREATE TABLE "usage_slots" (
	"id" uuid PRIMARY KEY NOT NULL,
	"subscription_id" text NOT NULL,
	"dimension" text NOT NULL,
	"hour" timestamp (3) with time zone NOT NULL,
	"plan_id" text NOT NULL,
	"quantity" numeric NOT NULL,
	"carried" numeric DEFAULT '0' NOT NULL,
	"late" numeric DEFAULT '0' NOT NULL,
	"moved" numeric DEFAULT '0' NOT NULL,
	"lost" numeric DEFAULT '0' NOT NULL,
	"effective_at" timestamp (3) with time zone NOT NULL,
	"state" text NOT NULL,
	"seal_at" timestamp (3) with time zone,
	"sealed_at" timestamp (3) with time zone,
	"is_trial" boolean DEFAULT false NOT NULL,
	"term_starts_on" date,
	"billable" numeric,
	"due_at" timestamp (3) with time zone,
	"attempts" integer DEFAULT 0 NOT NULL,
	"claimed_by" uuid,
	"claimed_until" timestamp (3) with time zone,
	"problem" text,
	"problem_detail" text,
	"accepted" numeric,
	"usage_event_id" text,
	"ended_at" timestamp (3) with time zone,
	CONSTRAINT "usage_slots_hour" UNIQUE("subscription_id","dimension","hour"),
	CONSTRAINT "usage_slots_sealed" CHECK (("usage_slots"."state" = 'collecting') = ("usage_slots"."seal_at" is not null) and ("usage_slots"."state" = 'collecting') = ("usage_slots"."sealed_at" is null) and ("usage_slots"."state" = 'collecting') = ("usage_slots"."billable" is null)),
	CONSTRAINT "usage_slots_due" CHECK (("usage_slots"."state" = 'waiting') = ("usage_slots"."due_at" is not null)),
	CONSTRAINT "usage_slots_accepted" CHECK (("usage_slots"."state" = 'accepted') = ("usage_slots"."accepted" is not null)),
	CONSTRAINT "usage_slots_quantities" CHECK ("usage_slots"."quantity" >= 0 and "usage_slots"."carried" >= 0 and "usage_slots"."late" >= 0 and "usage_slots"."moved" >= 0 and "usage_slots"."lost" >= 0 and coalesce("usage_slots"."billable", 0) >= 0),
	CONSTRAINT "usage_slots_claim" CHECK (("usage_slots"."claimed_by" is null) = ("usage_slots"."claimed_until" is null))
);
--> statement-breakpoint
CREATE TABLE "usage_submissions" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "usage_submissions_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"slot_id" uuid NOT NULL,
	"call_id" uuid NOT NULL,
	"sent_at" timestamp (3) with time zone NOT NULL,
	"quantity" numeric NOT NULL,
	"answered_at" timestamp (3) with time zone,
	"http_status" integer,
	"request_id" text,
	"status" text,
	"usage_event_id" text,
	"message" text,
	"earlier_quantity" numeric
);
--> statement-breakpoint
CREATE INDEX "usage_carries_from" ON "usage_carries" USING btree ("from_slot_id");--> statement-breakpoint
CREATE INDEX "usage_carries_to" ON "usage_carries" USING btree ("to_slot_id");--> statement-breakpoint
CREATE INDEX "usage_events_slot" ON "usage_events" USING btree ("subscription_id","dimension","hour");--> statement-breakpoint
CREATE INDEX "usage_slots_collecting" ON "usage_slots" USING btree ("seal_at") WHERE "usage_slots"."state" = 'collecting';--> statement-breakpoint
CREATE INDEX "usage_slots_waiting" ON "usage_slots" USING btree ("hour","id") WHERE "usage_slots"."state" = 'waiting';--> statement-breakpoint
CREATE INDEX "usage_slots_late" ON "usage_slots" USING btree ("id") WHERE "usage_slots"."late" > 0;--> statement-breakpoint
CREATE INDEX "usage_slots_undecided" ON "usage_slots" USING btree ("state","effective_at") WHERE "usage_slots"."state" in ('held', 'rejected');--> statement-breakpoint
CREATE INDEX "usage_slots_listed" ON "usage_slots" USING btree ("hour","id");--> statement-breakpoint
CREATE INDEX "usage_slots_listed_by_state" ON "usage_slots" USING btree ("state","hour","id");--> statement-breakpoint
CREATE INDEX "usage_submissions_slot" ON "usage_submissions" USING btree ("slot_id","id");--> statement-breakpoint
CREATE INDEX "usage_submissions_call" ON "usage_submissions" USING btree ("call_id");--> statement-breakpoint
-- Plans are read again soon: their dimensions are not known yet.
UPDATE "plans" SET "seen_at" = "seen_at" - interval '1 day';
