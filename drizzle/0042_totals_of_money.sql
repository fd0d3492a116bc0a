CREATE TABLE "money_totals" (
	"state" text NOT NULL,
	"offer_id" text NOT NULL,
	"plan_id" text NOT NULL,
	"channel" text NOT NULL,
	"currency" text NOT NULL,
	"subscriptions" bigint NOT NULL,
	"monthly" numeric NOT NULL,
	CONSTRAINT "money_totals_state_offer_id_plan_id_channel_currency_pk" PRIMARY KEY("state","offer_id","plan_id","channel","currency")
);
--> statement-breakpoint
-- Nothing is counted until this migration commits: what was counted before is totaled once.
LOCK TABLE subscription_money IN SHARE ROW EXCLUSIVE MODE;--> statement-breakpoint
INSERT INTO money_totals
SELECT state, offer_id, plan_id, channel, CASE WHEN monthly IS NULL THEN '' ELSE coalesce(currency, '') END, count(*), coalesce(sum(monthly), 0)
FROM subscription_money GROUP BY 1, 2, 3, 4, 5;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION forget_all_money() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM money_changes;
  DELETE FROM subscription_money;
  DELETE FROM money_movements;
  DELETE FROM money_months;
  DELETE FROM money_totals;
  RETURN NULL;
END $$;
