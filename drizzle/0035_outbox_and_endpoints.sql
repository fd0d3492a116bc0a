CREATE SEQUENCE "public"."events_sequence" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1;--> statement-breakpoint
CREATE TABLE "endpoints" (
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"address" text NOT NULL,
	"event_types" text[],
	"offer_ids" text[],
	"secret" text,
	"previous_secret" text,
	"previous_secret_ends_at" timestamp (3) with time zone,
	"secret_changed_at" timestamp (3) with time zone NOT NULL,
	"created_by_name" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"removed_at" timestamp (3) with time zone,
	CONSTRAINT "endpoints_name" CHECK ("endpoints"."name" <> ''),
	CONSTRAINT "endpoints_event_types" CHECK (cardinality("endpoints"."event_types") > 0),
	CONSTRAINT "endpoints_offer_ids" CHECK (cardinality("endpoints"."offer_ids") > 0),
	CONSTRAINT "endpoints_secret" CHECK (("endpoints"."removed_at" is null) = ("endpoints"."secret" is not null)),
	CONSTRAINT "endpoints_previous_secret" CHECK (("endpoints"."previous_secret" is null) = ("endpoints"."previous_secret_ends_at" is null))
);
--> statement-breakpoint
CREATE TABLE "outbox_attempts" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "outbox_attempts_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"message" bigint NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"duration_ms" integer NOT NULL,
	"outcome" text NOT NULL,
	"status" integer,
	"problem" text,
	"request" jsonb,
	"answer" text
);
--> statement-breakpoint
CREATE TABLE "outbox_lanes" (
	"receiver_id" uuid NOT NULL,
	"lane" text NOT NULL,
	"due_at" timestamp (3) with time zone NOT NULL,
	"version" integer DEFAULT 0 NOT NULL,
	"claimed_by" uuid,
	"claimed_until" timestamp (3) with time zone,
	CONSTRAINT "outbox_lanes_receiver_id_lane_pk" PRIMARY KEY("receiver_id","lane"),
	CONSTRAINT "outbox_lanes_claim" CHECK (("outbox_lanes"."claimed_by" is null) = ("outbox_lanes"."claimed_until" is null))
);
--> statement-breakpoint
CREATE TABLE "outbox_messages" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "outbox_messages_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"receiver_id" uuid NOT NULL,
	"lane" text NOT NULL,
	"message_id" uuid NOT NULL,
	"about" text NOT NULL,
	"type" text NOT NULL,
	"subscription_id" text,
	"state" text NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"first_attempt_at" timestamp (3) with time zone,
	"problem" text,
	"created_at" timestamp (3) with time zone NOT NULL,
	"ended_at" timestamp (3) with time zone,
	"resend_id" uuid,
	CONSTRAINT "outbox_messages_ended" CHECK (("outbox_messages"."state" = 'waiting') = ("outbox_messages"."ended_at" is null))
);
--> statement-breakpoint
CREATE TABLE "outbox_receivers" (
	"id" uuid PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"state" text NOT NULL,
	"state_reason" text,
	"state_since" timestamp (3) with time zone NOT NULL,
	"failing_since" timestamp (3) with time zone,
	"failing_lanes" integer DEFAULT 0 NOT NULL,
	"waits_until" timestamp (3) with time zone,
	"delivered_at" timestamp (3) with time zone,
	CONSTRAINT "outbox_receivers_state_reason" CHECK (("outbox_receivers"."state" in ('paused', 'disabled')) = ("outbox_receivers"."state_reason" is not null)),
	CONSTRAINT "outbox_receivers_failing" CHECK (("outbox_receivers"."failing_lanes" > 0) = ("outbox_receivers"."failing_since" is not null))
);
--> statement-breakpoint
ALTER TABLE "retentions" DROP CONSTRAINT "retentions_least";--> statement-breakpoint
DROP INDEX "events_waiting";--> statement-breakpoint
-- In two steps: with its default, the new column would rewrite the table.
ALTER TABLE "events" ADD COLUMN "sequence" bigint;--> statement-breakpoint
ALTER TABLE "events" ALTER COLUMN "sequence" SET DEFAULT nextval('events_sequence');--> statement-breakpoint
ALTER TABLE "retentions" ADD COLUMN "messages" integer DEFAULT 90;--> statement-breakpoint
ALTER TABLE "endpoints" ADD CONSTRAINT "endpoints_id_outbox_receivers_id_fk" FOREIGN KEY ("id") REFERENCES "public"."outbox_receivers"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "outbox_attempts" ADD CONSTRAINT "outbox_attempts_message_outbox_messages_id_fk" FOREIGN KEY ("message") REFERENCES "public"."outbox_messages"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "endpoints_name_in_use" ON "endpoints" USING btree (lower("name")) WHERE "endpoints"."removed_at" is null;--> statement-breakpoint
CREATE INDEX "outbox_attempts_message" ON "outbox_attempts" USING btree ("message","id");--> statement-breakpoint
CREATE INDEX "outbox_lanes_due" ON "outbox_lanes" USING btree ("receiver_id","due_at");--> statement-breakpoint
CREATE UNIQUE INDEX "outbox_messages_about" ON "outbox_messages" USING btree ("receiver_id","about");--> statement-breakpoint
CREATE INDEX "outbox_messages_waiting" ON "outbox_messages" USING btree ("receiver_id","lane","id") WHERE "outbox_messages"."state" = 'waiting';--> statement-breakpoint
CREATE INDEX "outbox_messages_receiver" ON "outbox_messages" USING btree ("receiver_id","id");--> statement-breakpoint
CREATE INDEX "outbox_messages_subscription" ON "outbox_messages" USING btree ("subscription_id","id") WHERE "outbox_messages"."subscription_id" is not null;--> statement-breakpoint
CREATE INDEX "outbox_messages_undelivered" ON "outbox_messages" USING btree ("state","id") WHERE "outbox_messages"."state" <> 'delivered';--> statement-breakpoint
CREATE INDEX "events_waiting_in_order" ON "events" USING btree ("sequence" NULLS FIRST,"id") WHERE "events"."position" is null;--> statement-breakpoint
ALTER TABLE "retentions" ADD CONSTRAINT "retentions_least" CHECK ("retentions"."deliveries" >= 90 and "retentions"."calls" >= 30 and "retentions"."refused" >= 7 and "retentions"."contacts" >= 30 and "retentions"."events" >= 30 and "retentions"."messages" >= 7);