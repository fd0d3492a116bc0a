CREATE TABLE "saved_views" (
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"filters" jsonb NOT NULL,
	"owner_id" text NOT NULL,
	"owner_name" text NOT NULL,
	"is_shared" boolean DEFAULT false NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "saved_views_name" CHECK ("saved_views"."name" <> '')
);
--> statement-breakpoint
CREATE TABLE "subscription_notes" (
	"id" uuid PRIMARY KEY NOT NULL,
	"subscription_id" text NOT NULL,
	"text" text NOT NULL,
	"actor_kind" "actor_kind" NOT NULL,
	"actor_id" text,
	"actor_name" text NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "subscription_notes_text" CHECK ("subscription_notes"."text" <> '')
);
--> statement-breakpoint
CREATE TABLE "tags" (
	"name" text PRIMARY KEY NOT NULL,
	"first_given_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "subscriptions" ADD COLUMN "tags" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "subscriptions" ADD COLUMN "owner_id" text;--> statement-breakpoint
ALTER TABLE "subscriptions" ADD COLUMN "owner_name" text;--> statement-breakpoint
ALTER TABLE "subscriptions" ADD COLUMN "follow_up_on" date;--> statement-breakpoint
CREATE UNIQUE INDEX "saved_views_name_of_owner" ON "saved_views" USING btree ("owner_id",lower("name"));--> statement-breakpoint
CREATE INDEX "saved_views_shared" ON "saved_views" USING btree ("name") WHERE "saved_views"."is_shared";--> statement-breakpoint
CREATE INDEX "subscriptions_listed_trials" ON "subscriptions" USING btree ("updated_at","id") WHERE "subscriptions"."is_free_trial";--> statement-breakpoint
CREATE INDEX "subscriptions_listed_resold" ON "subscriptions" USING btree ("updated_at","id") WHERE "subscriptions"."purchaser_tenant_id" <> "subscriptions"."beneficiary_tenant_id";--> statement-breakpoint
CREATE INDEX "subscriptions_listed_ending" ON "subscriptions" USING btree ("updated_at","id") WHERE not "subscriptions"."auto_renews";--> statement-breakpoint
CREATE INDEX "subscriptions_tags" ON "subscriptions" USING gin ("tags");--> statement-breakpoint
CREATE INDEX "subscriptions_owner" ON "subscriptions" USING btree ("owner_id","updated_at","id") WHERE "subscriptions"."owner_id" is not null;--> statement-breakpoint
CREATE INDEX "subscriptions_follow_up" ON "subscriptions" USING btree ("follow_up_on","id") WHERE "subscriptions"."follow_up_on" is not null;--> statement-breakpoint
ALTER TABLE "subscriptions" ADD CONSTRAINT "subscriptions_owner_whole" CHECK (num_nonnulls("subscriptions"."owner_id", "subscriptions"."owner_name") in (0, 2));--> statement-breakpoint
ALTER TABLE "subscriptions" ADD CONSTRAINT "subscriptions_tags" CHECK (cardinality("subscriptions"."tags") <= 20 and array_position("subscriptions"."tags", null) is null and array_position("subscriptions"."tags", '') is null);--> statement-breakpoint
CREATE TRIGGER subscription_notes_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON "subscription_notes"
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
