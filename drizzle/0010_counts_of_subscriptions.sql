CREATE TABLE "subscription_counts" (
	"offer_id" text NOT NULL,
	"plan_id" text NOT NULL,
	"status" "subscription_status" NOT NULL,
	"is_on_hold" boolean NOT NULL,
	"is_free_trial" boolean NOT NULL,
	"subscriptions" bigint NOT NULL,
	"seats" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "upkeep_runs" (
	"id" uuid PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"finished_at" timestamp (3) with time zone NOT NULL,
	"took_ms" integer NOT NULL,
	"result" jsonb NOT NULL
);
--> statement-breakpoint
CREATE INDEX "upkeep_runs_kind" ON "upkeep_runs" USING btree ("kind","id");--> statement-breakpoint
-- What is appended is soon folded: the table stays small when its dead rows go soon too.
ALTER TABLE "subscription_counts" SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_insert_threshold = -1);--> statement-breakpoint
CREATE FUNCTION count_added_subscriptions() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO subscription_counts
  SELECT offer_id, plan_id, status, hold_at IS NOT NULL, is_free_trial, count(*), coalesce(sum(quantity), 0)
  FROM added GROUP BY 1, 2, 3, 4, 5;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE FUNCTION count_removed_subscriptions() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO subscription_counts
  SELECT offer_id, plan_id, status, hold_at IS NOT NULL, is_free_trial, -count(*), -coalesce(sum(quantity), 0)
  FROM removed GROUP BY 1, 2, 3, 4, 5;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE FUNCTION count_changed_subscription() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO subscription_counts VALUES
    (OLD.offer_id, OLD.plan_id, OLD.status, OLD.hold_at IS NOT NULL, OLD.is_free_trial, -1, -coalesce(OLD.quantity, 0)),
    (NEW.offer_id, NEW.plan_id, NEW.status, NEW.hold_at IS NOT NULL, NEW.is_free_trial, 1, coalesce(NEW.quantity, 0));
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE FUNCTION count_no_subscriptions() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM subscription_counts;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER subscriptions_count_added AFTER INSERT ON "subscriptions" REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION count_added_subscriptions();--> statement-breakpoint
CREATE TRIGGER subscriptions_count_removed AFTER DELETE ON "subscriptions" REFERENCING OLD TABLE AS removed
  FOR EACH STATEMENT EXECUTE FUNCTION count_removed_subscriptions();--> statement-breakpoint
-- By row, unlike the others: only so may it be left alone where nothing that is counted changes, which is the usual case.
CREATE TRIGGER subscriptions_count_changed AFTER UPDATE ON "subscriptions" FOR EACH ROW
  WHEN (OLD.status <> NEW.status OR OLD.quantity IS DISTINCT FROM NEW.quantity OR OLD.plan_id <> NEW.plan_id
    OR OLD.offer_id <> NEW.offer_id OR OLD.is_free_trial <> NEW.is_free_trial
    OR (OLD.hold_at IS NULL) <> (NEW.hold_at IS NULL))
  EXECUTE FUNCTION count_changed_subscription();--> statement-breakpoint
CREATE TRIGGER subscriptions_count_none AFTER TRUNCATE ON "subscriptions"
  FOR EACH STATEMENT EXECUTE FUNCTION count_no_subscriptions();--> statement-breakpoint
-- The triggers hold off all writers until this migration commits: what was there is counted once.
INSERT INTO subscription_counts
SELECT offer_id, plan_id, status, hold_at IS NOT NULL, is_free_trial, count(*), coalesce(sum(quantity), 0)
FROM subscriptions GROUP BY 1, 2, 3, 4, 5;
