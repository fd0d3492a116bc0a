CREATE TABLE "idempotent_calls" (
	"api_key_id" uuid NOT NULL,
	"idempotency_key" text NOT NULL,
	"fingerprint" text NOT NULL,
	"operation_id" uuid NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"claimed_at" timestamp (3) with time zone NOT NULL,
	"outcome" jsonb,
	CONSTRAINT "idempotent_calls_api_key_id_idempotency_key_pk" PRIMARY KEY("api_key_id","idempotency_key"),
	CONSTRAINT "idempotent_calls_fingerprint" CHECK ("idempotent_calls"."fingerprint" ~ '^[0-9a-f]{64}$')
);
--> statement-breakpoint
ALTER TABLE "cancel_requests" ADD COLUMN "requested_by_kind" "actor_kind" DEFAULT 'staff' NOT NULL;--> statement-breakpoint
CREATE INDEX "idempotent_calls_created" ON "idempotent_calls" USING btree ("created_at");