CREATE TABLE "notice_event_position" (
	"id" text PRIMARY KEY NOT NULL,
	"position" bigint NOT NULL,
	CONSTRAINT "notice_event_position_one" CHECK ("notice_event_position"."id" = 'all')
);
--> statement-breakpoint
CREATE TABLE "notice_events" (
	"event_id" uuid NOT NULL,
	"target" text NOT NULL,
	"subscriber" text NOT NULL,
	"frequency" text NOT NULL,
	"seen_at" timestamp (3) with time zone NOT NULL,
	"notice_id" uuid,
	CONSTRAINT "notice_events_event_id_target_pk" PRIMARY KEY("event_id","target")
);
--> statement-breakpoint
ALTER TABLE "notice_events" ADD CONSTRAINT "notice_events_notice_id_notices_id_fk" FOREIGN KEY ("notice_id") REFERENCES "public"."notices"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "notice_events_notice" ON "notice_events" USING btree ("notice_id");--> statement-breakpoint
CREATE INDEX "notice_events_waiting" ON "notice_events" USING btree ("target") WHERE "notice_events"."notice_id" is null;