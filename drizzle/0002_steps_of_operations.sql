ALTER TYPE "public"."operation_outcome" ADD VALUE 'skipped';--> statement-breakpoint
CREATE TABLE "operation_steps" (
	"id" uuid PRIMARY KEY NOT NULL,
	"operation_id" uuid NOT NULL,
	"started_at" timestamp (3) with time zone NOT NULL,
	"ended_at" timestamp (3) with time zone NOT NULL,
	"step" text NOT NULL,
	"stage" "operation_stage" NOT NULL,
	"note" text,
	"calls" jsonb NOT NULL
);
--> statement-breakpoint
DROP INDEX "operations_one_open_of_ours";--> statement-breakpoint
CREATE INDEX "operation_steps_operation" ON "operation_steps" USING btree ("operation_id","id");--> statement-breakpoint
CREATE UNIQUE INDEX "operations_one_sent_of_ours" ON "operations" USING btree ("subscription_id") WHERE "operations"."stage" in ('requested', 'accepted') and "operations"."sent_at" is not null;--> statement-breakpoint
CREATE TRIGGER operation_steps_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON "operation_steps"
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
