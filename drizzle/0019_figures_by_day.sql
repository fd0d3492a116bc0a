CREATE TABLE "daily_activations" (
	"day" date NOT NULL,
	"offer_id" text NOT NULL,
	"step" smallint NOT NULL,
	"count" integer NOT NULL,
	"total_ms" bigint NOT NULL,
	CONSTRAINT "daily_activations_day_offer_id_step_pk" PRIMARY KEY("day","offer_id","step")
);
--> statement-breakpoint
CREATE TABLE "day_count_changes" (
	"what" text NOT NULL,
	"day" date NOT NULL,
	"offer_id" text NOT NULL,
	"count" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "day_counts" (
	"what" text NOT NULL,
	"day" date NOT NULL,
	"offer_id" text NOT NULL,
	"count" bigint NOT NULL,
	CONSTRAINT "day_counts_what_day_offer_id_pk" PRIMARY KEY("what","day","offer_id")
);
--> statement-breakpoint
CREATE INDEX "subscriptions_plan_status" ON "subscriptions" USING btree ("offer_id","plan_id","status","updated_at","id") WHERE "subscriptions"."status" <> 'Subscribed';--> statement-breakpoint
CREATE INDEX "subscriptions_few_by_name" ON "subscriptions" USING btree ("status","name","id") WHERE "subscriptions"."status" in ('PendingFulfillmentStart', 'Suspended');--> statement-breakpoint
CREATE INDEX "subscriptions_asked" ON "subscriptions" USING btree (coalesce(purchased_at, created_at),"id") WHERE "subscriptions"."status" = 'PendingFulfillmentStart' and "subscriptions"."activation_waits_for" is not null;--> statement-breakpoint
-- What a subscription counts for on a day; the days are those of UTC. The conditions are those of the lists that the figures link to.
CREATE FUNCTION days_of_subscription(s "subscriptions") RETURNS TABLE (what text, day date) LANGUAGE sql STABLE AS $$
  SELECT counted.what, (counted.at AT TIME ZONE 'UTC')::date FROM (VALUES
    ('purchased', s.purchased_at, true),
    ('activated', s.purchased_at, s.status IN ('Subscribed', 'Suspended') OR s.activated_at IS NOT NULL),
    ('live', s.purchased_at, s.status IN ('Subscribed', 'Suspended')),
    (CASE WHEN s.auto_renews THEN 'renewing' WHEN NOT s.auto_renews THEN 'ending' ELSE 'unknown' END, s.term_ends_at, s.status = 'Subscribed')
  ) counted(what, at, is_so) WHERE counted.is_so AND isfinite(counted.at)
$$;--> statement-breakpoint
CREATE FUNCTION count_days_of_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO day_count_changes SELECT d.what, d.day, added.offer_id, count(*) FROM added, days_of_subscription(added) d GROUP BY 1, 2, 3;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE FUNCTION count_days_of_removed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO day_count_changes SELECT d.what, d.day, removed.offer_id, -count(*) FROM removed, days_of_subscription(removed) d GROUP BY 1, 2, 3;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE FUNCTION count_days_of_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO day_count_changes SELECT what, day, offer_id, sum(count) FROM (
    SELECT what, day, OLD.offer_id, -1 FROM days_of_subscription(OLD)
    UNION ALL SELECT what, day, NEW.offer_id, 1 FROM days_of_subscription(NEW)
  ) changed(what, day, offer_id, count) GROUP BY 1, 2, 3 HAVING sum(count) <> 0;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE FUNCTION count_no_days() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM day_counts;
  DELETE FROM day_count_changes;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER subscriptions_days_added AFTER INSERT ON "subscriptions" REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION count_days_of_added();--> statement-breakpoint
CREATE TRIGGER subscriptions_days_removed AFTER DELETE ON "subscriptions" REFERENCING OLD TABLE AS removed
  FOR EACH STATEMENT EXECUTE FUNCTION count_days_of_removed();--> statement-breakpoint
CREATE TRIGGER subscriptions_days_changed AFTER UPDATE ON "subscriptions" FOR EACH ROW
  WHEN ((OLD.status, OLD.offer_id, OLD.purchased_at, OLD.activated_at, OLD.term_ends_at, OLD.auto_renews)
    IS DISTINCT FROM (NEW.status, NEW.offer_id, NEW.purchased_at, NEW.activated_at, NEW.term_ends_at, NEW.auto_renews))
  EXECUTE FUNCTION count_days_of_changed();--> statement-breakpoint
CREATE TRIGGER subscriptions_days_none AFTER TRUNCATE ON "subscriptions"
  FOR EACH STATEMENT EXECUTE FUNCTION count_no_days();--> statement-breakpoint
-- The triggers hold off all writers until this migration commits: what was there is counted once.
INSERT INTO day_counts SELECT d.what, d.day, s.offer_id, count(*) FROM "subscriptions" s, days_of_subscription(s) d GROUP BY 1, 2, 3;--> statement-breakpoint
-- The figures of the days before are counted again by the next run of their job, with how long activations took.
DELETE FROM "upkeep_runs" WHERE kind = 'figures';
