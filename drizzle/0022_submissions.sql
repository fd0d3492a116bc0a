CREATE TABLE "submissions" (
	"actor_id" text NOT NULL,
	"id" uuid NOT NULL,
	"procedure" text,
	"received_at" timestamp (3) with time zone NOT NULL,
	"outcome" text,
	"message" text,
	CONSTRAINT "submissions_actor_id_id_pk" PRIMARY KEY("actor_id","id"),
	CONSTRAINT "submissions_outcome" CHECK ("submissions"."outcome" in ('done', 'refused', 'failed', 'withdrawn')),
	CONSTRAINT "submissions_procedure" CHECK (("submissions"."procedure" is null) = ("submissions"."outcome" is not distinct from 'withdrawn'))
);
--> statement-breakpoint
CREATE INDEX "submissions_received" ON "submissions" USING btree ("received_at");