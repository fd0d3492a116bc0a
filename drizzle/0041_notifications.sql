CREATE TABLE "channels" (
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"address" text,
	"host" text NOT NULL,
	"created_by_name" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"tested_at" timestamp (3) with time zone,
	"removed_at" timestamp (3) with time zone,
	CONSTRAINT "channels_name" CHECK ("channels"."name" <> ''),
	CONSTRAINT "channels_address" CHECK (("channels"."removed_at" is null) = ("channels"."address" is not null))
);
--> statement-breakpoint
CREATE TABLE "escalations" (
	"id" text PRIMARY KEY NOT NULL,
	"escalation" jsonb NOT NULL,
	"since" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "escalations_one" CHECK ("escalations"."id" = 'all')
);
--> statement-breakpoint
CREATE TABLE "notice_needs" (
	"notice_id" uuid NOT NULL,
	"need_id" bigint NOT NULL,
	"target" text NOT NULL,
	"type" text NOT NULL,
	"used_at" timestamp (3) with time zone,
	CONSTRAINT "notice_needs_notice_id_need_id_pk" PRIMARY KEY("notice_id","need_id")
);
--> statement-breakpoint
CREATE TABLE "notices" (
	"id" uuid PRIMARY KEY NOT NULL,
	"type" text NOT NULL,
	"target" text NOT NULL,
	"frequency" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "notification_settings" (
	"subscriber" text PRIMARY KEY NOT NULL,
	"settings" jsonb NOT NULL,
	"since" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "purchaser_mail_position" (
	"id" text PRIMARY KEY NOT NULL,
	"position" bigint NOT NULL,
	"since" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "purchaser_mail_position_one" CHECK ("purchaser_mail_position"."id" = 'all')
);
--> statement-breakpoint
CREATE TABLE "purchaser_mails" (
	"kind" text PRIMARY KEY NOT NULL,
	"is_enabled" boolean NOT NULL,
	"texts" jsonb NOT NULL,
	"changed_by_name" text NOT NULL,
	"changed_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "seen_needs" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "seen_needs_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"kind" text NOT NULL,
	"subject_id" text NOT NULL,
	"subscription_id" text,
	"deadline" timestamp (3) with time zone,
	"first_seen_at" timestamp (3) with time zone NOT NULL,
	"ended_at" timestamp (3) with time zone,
	"taken_by_id" text,
	"taken_by_name" text,
	"taken_at" timestamp (3) with time zone,
	CONSTRAINT "seen_needs_taken" CHECK (num_nonnulls("seen_needs"."taken_by_id", "seen_needs"."taken_by_name", "seen_needs"."taken_at") in (0, 3))
);
--> statement-breakpoint
ALTER TABLE "channels" ADD CONSTRAINT "channels_id_outbox_receivers_id_fk" FOREIGN KEY ("id") REFERENCES "public"."outbox_receivers"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notice_needs" ADD CONSTRAINT "notice_needs_notice_id_notices_id_fk" FOREIGN KEY ("notice_id") REFERENCES "public"."notices"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notice_needs" ADD CONSTRAINT "notice_needs_need_id_seen_needs_id_fk" FOREIGN KEY ("need_id") REFERENCES "public"."seen_needs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "channels_name_in_use" ON "channels" USING btree (lower("name")) WHERE "channels"."removed_at" is null;--> statement-breakpoint
CREATE UNIQUE INDEX "notice_needs_once" ON "notice_needs" USING btree ("need_id","target","type");--> statement-breakpoint
CREATE INDEX "notices_target" ON "notices" USING btree ("target","created_at");--> statement-breakpoint
CREATE INDEX "notices_created" ON "notices" USING btree ("created_at");--> statement-breakpoint
CREATE UNIQUE INDEX "seen_needs_open" ON "seen_needs" USING btree ("kind","subject_id") WHERE "seen_needs"."ended_at" is null;--> statement-breakpoint
CREATE INDEX "seen_needs_ended" ON "seen_needs" USING btree ("ended_at") WHERE "seen_needs"."ended_at" is not null;