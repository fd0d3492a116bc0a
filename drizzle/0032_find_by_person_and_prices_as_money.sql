DROP INDEX "subscriptions_beneficiary_tenant";--> statement-breakpoint
DROP INDEX "subscriptions_purchaser_tenant";--> statement-breakpoint
ALTER TABLE "subscription_prices" ADD COLUMN "amount" numeric;--> statement-breakpoint
ALTER TABLE "subscription_prices" ADD COLUMN "currency" text;--> statement-breakpoint
ALTER TABLE "subscription_prices" ADD COLUMN "is_per_seat" boolean;--> statement-breakpoint
CREATE INDEX "subscriptions_beneficiary" ON "subscriptions" USING btree ("beneficiary_tenant_id","beneficiary_object_id");--> statement-breakpoint
CREATE INDEX "subscriptions_purchaser" ON "subscriptions" USING btree ("purchaser_tenant_id","purchaser_object_id");--> statement-breakpoint
ALTER TABLE "subscription_prices" ADD CONSTRAINT "subscription_prices_money" CHECK (num_nonnulls("subscription_prices"."amount", "subscription_prices"."currency", "subscription_prices"."is_per_seat") in (0, 3));