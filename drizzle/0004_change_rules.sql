CREATE TABLE "change_rules" (
	"id" uuid PRIMARY KEY NOT NULL,
	"version" integer NOT NULL,
	"offer_id" text,
	"plan_id" text,
	"follows_wider" boolean DEFAULT false NOT NULL,
	"allowed_plans" text[],
	"min_quantity" integer,
	"max_quantity" integer,
	"reason" text NOT NULL,
	"actor_kind" "actor_kind" NOT NULL,
	"actor_id" text,
	"actor_name" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "change_rules_version" UNIQUE("version"),
	CONSTRAINT "change_rules_version_positive" CHECK ("change_rules"."version" > 0),
	CONSTRAINT "change_rules_plan_of_offer" CHECK ("change_rules"."offer_id" is not null or "change_rules"."plan_id" is null),
	CONSTRAINT "change_rules_no_empty_ids" CHECK ("change_rules"."offer_id" <> '' and "change_rules"."plan_id" <> '' and array_position("change_rules"."allowed_plans", null) is null and array_position("change_rules"."allowed_plans", '') is null),
	CONSTRAINT "change_rules_plans_of_offer" CHECK ("change_rules"."offer_id" is not null or "change_rules"."allowed_plans" is null or cardinality("change_rules"."allowed_plans") = 0),
	CONSTRAINT "change_rules_seats_positive" CHECK ("change_rules"."min_quantity" > 0 and "change_rules"."max_quantity" > 0),
	CONSTRAINT "change_rules_seats_in_order" CHECK ("change_rules"."min_quantity" <= "change_rules"."max_quantity"),
	CONSTRAINT "change_rules_nothing_of_its_own" CHECK (not "change_rules"."follows_wider" or ("change_rules"."offer_id" is not null and num_nonnulls("change_rules"."allowed_plans", "change_rules"."min_quantity", "change_rules"."max_quantity") = 0)),
	CONSTRAINT "change_rules_reason" CHECK ("change_rules"."reason" <> '')
);
--> statement-breakpoint
ALTER TABLE "operations" ADD COLUMN "decision_rule_id" uuid;--> statement-breakpoint
ALTER TABLE "operations" ADD COLUMN "decision_rule_version" integer;--> statement-breakpoint
ALTER TABLE "operations" ADD COLUMN "held_plan_id" text;--> statement-breakpoint
ALTER TABLE "operations" ADD COLUMN "held_quantity" integer;--> statement-breakpoint
CREATE INDEX "change_rules_scope" ON "change_rules" USING btree ("offer_id","plan_id","version");--> statement-breakpoint
ALTER TABLE "operations" ADD CONSTRAINT "operations_decision_rule_id_change_rules_id_fk" FOREIGN KEY ("decision_rule_id") REFERENCES "public"."change_rules"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "operations_customer_changes" ON "operations" USING btree ("created_at") WHERE "operations"."held_plan_id" is not null;--> statement-breakpoint
ALTER TABLE "operations" ADD CONSTRAINT "operations_decision_rule" CHECK (coalesce("operations"."decision_rule_version" > 0, false) = ("operations"."decision_rule_id" is not null) and ("operations"."decision_rule_version" is null or "operations"."decision" is not null));--> statement-breakpoint
CREATE TRIGGER change_rules_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON "change_rules"
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
