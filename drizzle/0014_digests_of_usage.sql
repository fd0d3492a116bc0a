CREATE TABLE "usage_digest_days" (
	"id" uuid PRIMARY KEY NOT NULL,
	"day" date NOT NULL,
	"taken_at" timestamp (3) with time zone NOT NULL,
	"ends_on" date NOT NULL
);
--> statement-breakpoint
CREATE TABLE "usage_digests" (
	"entry_id" uuid NOT NULL,
	"subscription_id" text NOT NULL,
	"day" date NOT NULL,
	"digest" text NOT NULL,
	"ends_on" date NOT NULL,
	"open" integer NOT NULL,
	"leaves" jsonb,
	CONSTRAINT "usage_digests_entry_id_subscription_id_pk" PRIMARY KEY("entry_id","subscription_id")
);
--> statement-breakpoint
CREATE INDEX "usage_digest_days_day" ON "usage_digest_days" USING btree ("day");--> statement-breakpoint
CREATE INDEX "usage_digest_days_ends_on" ON "usage_digest_days" USING btree ("ends_on");--> statement-breakpoint
CREATE INDEX "usage_digests_day" ON "usage_digests" USING btree ("day","subscription_id");--> statement-breakpoint
CREATE INDEX "usage_digests_open" ON "usage_digests" USING btree ("day") WHERE "usage_digests"."open" > 0;--> statement-breakpoint
CREATE INDEX "usage_digests_kept" ON "usage_digests" USING btree ("ends_on") WHERE "usage_digests"."leaves" is not null;--> statement-breakpoint
-- As before, but late usage that another hour still proves with is kept until that hour is removed, too.
CREATE OR REPLACE FUNCTION remove_usage_hours(hours uuid[], max_rows integer) RETURNS boolean
    LANGUAGE plpgsql
    AS $$
DECLARE
  events integer;
BEGIN
  DELETE FROM usage_events WHERE id IN (
    SELECT e.id FROM usage_slots s
    JOIN usage_events e ON e.subscription_id = s.subscription_id AND e.dimension = s.dimension AND e.hour = s.hour
    WHERE s.id = ANY(hours) LIMIT max_rows);
  GET DIAGNOSTICS events = ROW_COUNT;
  IF events = max_rows THEN
    RETURN false;
  END IF;
  DELETE FROM usage_submissions WHERE slot_id = ANY(hours);
  DELETE FROM usage_slots WHERE id = ANY(hours);
  DELETE FROM usage_carries c WHERE (c.from_slot_id = ANY(hours) OR c.to_slot_id = ANY(hours))
    AND NOT EXISTS (SELECT FROM usage_slots s WHERE s.id IN (c.from_slot_id, c.to_slot_id));
  RETURN true;
END $$;--> statement-breakpoint
-- Removes what digests know of hours that retention has deleted, and the digests of a day once none of its hours is left. A day at
-- a time, because a part of its digests proves nothing. True if there is more.
CREATE FUNCTION remove_usage_digests(before timestamptz, max_rows integer) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE
  -- Hours are deleted up to two days later than their term allows.
  cut_day date := (before AT TIME ZONE 'UTC')::date - 2;
  emptied integer;
  removed integer;
BEGIN
  IF before > now() - make_interval(hours => 90 * 24 - 1) THEN
    RAISE EXCEPTION 'usage is kept for 90 days' USING ERRCODE = 'insufficient_privilege';
  END IF;
  UPDATE usage_digests SET leaves = NULL WHERE (entry_id, subscription_id) IN (
    SELECT d.entry_id, d.subscription_id FROM usage_digests d
    WHERE d.leaves IS NOT NULL AND d.ends_on < cut_day AND d.open = 0 LIMIT max_rows);
  GET DIAGNOSTICS emptied = ROW_COUNT;
  DELETE FROM usage_digests WHERE entry_id IN (
    SELECT g.id FROM usage_digest_days g WHERE g.ends_on < cut_day
      AND EXISTS (SELECT FROM usage_digests d WHERE d.entry_id = g.id)
      AND NOT EXISTS (
        SELECT FROM usage_slots s WHERE s.hour >= g.day::timestamp AT TIME ZONE 'UTC' AND s.hour < (g.day + 1)::timestamp AT TIME ZONE 'UTC')
    ORDER BY g.ends_on LIMIT 1);
  GET DIAGNOSTICS removed = ROW_COUNT;
  RETURN emptied = max_rows OR removed > 0;
END $$;
