ALTER TABLE "usage_accounts" ADD COLUMN "sweep_after" date;--> statement-breakpoint
ALTER TABLE "usage_accounts" ADD COLUMN "deleted_used" numeric DEFAULT '0' NOT NULL;--> statement-breakpoint
ALTER TABLE "usage_accounts" ADD COLUMN "deleted_accepted" numeric DEFAULT '0' NOT NULL;--> statement-breakpoint
ALTER TABLE "usage_accounts" ADD COLUMN "deleted_lost" numeric DEFAULT '0' NOT NULL;--> statement-breakpoint
ALTER TABLE "usage_accounts" ADD COLUMN "deleted_dropped" numeric DEFAULT '0' NOT NULL;--> statement-breakpoint
ALTER TABLE "usage_accounts" ADD COLUMN "deleted_through" timestamp (3) with time zone;--> statement-breakpoint
CREATE INDEX "usage_accounts_to_sweep" ON "usage_accounts" USING btree (coalesce("sweep_after", "term_ends_on"));--> statement-breakpoint
CREATE INDEX "usage_slots_without_account" ON "usage_slots" USING btree ("hour","id") WHERE "usage_slots"."term_starts_on" is null and "usage_slots"."state" = 'lost';--> statement-breakpoint
-- Hours of usage that were decided before a day, and whose term ended before it: one day more, because usage is sent for 24 hours. Found by accounts whose term has ended, so
-- the cost does not depend on hours that are kept.
CREATE OR REPLACE FUNCTION old_usage(before timestamptz, max_rows integer) RETURNS TABLE (id uuid)
    LANGUAGE sql STABLE
    AS $$
  WITH cut AS (SELECT (before AT TIME ZONE 'UTC')::date AS day, date_trunc('day', before, 'UTC') AS at)
  (SELECT s.id FROM usage_accounts a CROSS JOIN LATERAL (
      SELECT u.id FROM usage_slots u
      WHERE u.subscription_id = a.subscription_id AND u.dimension = a.dimension AND u.plan_id = a.plan_id
        AND u.term_starts_on = a.term_starts_on AND u.is_trial = a.is_trial AND u.hour < (SELECT at FROM cut)
        AND u.state IN ('included', 'accepted', 'lost', 'dropped') AND u.late = 0 AND u.ended_at < (SELECT at FROM cut)
      ORDER BY u.hour LIMIT max_rows) s
    WHERE coalesce(a.sweep_after, a.term_ends_on) < (SELECT day FROM cut) - 1
    ORDER BY coalesce(a.sweep_after, a.term_ends_on) LIMIT max_rows)
  UNION ALL
  (SELECT u.id FROM usage_slots u
    WHERE u.term_starts_on IS NULL AND u.state = 'lost' AND u.late = 0 AND u.hour < (SELECT at FROM cut) AND u.ended_at < (SELECT at FROM cut)
    ORDER BY u.hour LIMIT max_rows)
  LIMIT max_rows
$$;--> statement-breakpoint
-- Removes hours with all that proves their bill, by the rights of its caller. An hour can have many events: those are removed
-- in steps, before the hours. True if the hours are removed.
CREATE FUNCTION remove_usage_hours(hours uuid[], max_rows integer) RETURNS boolean
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
  DELETE FROM usage_carries WHERE from_slot_id = ANY(hours) OR to_slot_id = ANY(hours);
  DELETE FROM usage_submissions WHERE slot_id = ANY(hours);
  DELETE FROM usage_slots WHERE id = ANY(hours);
  RETURN true;
END $$;--> statement-breakpoint
-- Removes some of these hours; their account keeps their sums. Hours that staff have not decided about are looked at a month later.
CREATE OR REPLACE FUNCTION remove_old_usage(before timestamptz, max_rows integer) RETURNS TABLE (removed integer, is_more boolean)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE
  cut_day date := (before AT TIME ZONE 'UTC')::date;
  cut_at timestamptz := date_trunc('day', before, 'UTC');
  account usage_accounts;
  hours uuid[];
  sums record;
  unbilled jsonb;
  total integer := 0;
  days integer;
BEGIN
  IF before > now() - interval '90 days' THEN
    RAISE EXCEPTION 'usage is kept for 90 days' USING ERRCODE = 'insufficient_privilege';
  END IF;
  FOR accounts IN 1..max_rows LOOP
    SELECT a.* INTO account FROM usage_accounts a WHERE coalesce(a.sweep_after, a.term_ends_on) < cut_day - 1
      ORDER BY coalesce(a.sweep_after, a.term_ends_on) LIMIT 1 FOR UPDATE SKIP LOCKED;
    EXIT WHEN NOT FOUND;
    hours := array(
      SELECT u.id FROM usage_slots u
      WHERE u.subscription_id = account.subscription_id AND u.dimension = account.dimension AND u.plan_id = account.plan_id
        AND u.term_starts_on = account.term_starts_on AND u.is_trial = account.is_trial AND u.hour < cut_at
        AND u.state IN ('included', 'accepted', 'lost', 'dropped') AND u.late = 0 AND u.ended_at < cut_at
      ORDER BY u.hour LIMIT max_rows - total);
    SELECT sum(u.quantity + u.carried) FILTER (WHERE u.state <> 'dropped' OR u.problem IS NULL OR u.problem NOT IN ('Unusual', 'TooLarge')) AS used,
      sum(u.accepted) AS accepted, sum(u.billable) FILTER (WHERE u.state = 'lost') AS unsent, sum(u.lost) AS lost,
      sum(u.billable) FILTER (WHERE u.state = 'dropped') AS dropped, max(u.hour) AS through
      INTO sums FROM usage_slots u WHERE u.id = ANY(hours);
    IF NOT remove_usage_hours(hours, max_rows) THEN
      RETURN QUERY SELECT total, true;
      RETURN;
    END IF;
    total := total + cardinality(hours);
    UPDATE usage_accounts a SET deleted_used = a.deleted_used + coalesce(sums.used, 0), deleted_accepted = a.deleted_accepted + coalesce(sums.accepted, 0),
        deleted_lost = a.deleted_lost + coalesce(sums.unsent, 0) + coalesce(sums.lost, 0), deleted_dropped = a.deleted_dropped + coalesce(sums.dropped, 0),
        deleted_through = greatest(a.deleted_through, sums.through),
        sweep_after = CASE WHEN total >= max_rows THEN a.sweep_after
          WHEN EXISTS (
            SELECT FROM usage_slots u WHERE u.subscription_id = a.subscription_id AND u.dimension = a.dimension AND u.plan_id = a.plan_id
              AND u.term_starts_on = a.term_starts_on AND u.is_trial = a.is_trial) THEN cut_day + 30
          ELSE 'infinity' END
      WHERE a.subscription_id = account.subscription_id AND a.dimension = account.dimension AND a.plan_id = account.plan_id
        AND a.term_starts_on = account.term_starts_on AND a.is_trial = account.is_trial;
    IF total >= max_rows OR accounts = max_rows THEN
      RETURN QUERY SELECT total, true;
      RETURN;
    END IF;
  END LOOP;
  -- Usage that was lost before it was added to an account; it counts in the term of its time.
  hours := array(
    SELECT u.id FROM usage_slots u
    WHERE u.term_starts_on IS NULL AND u.state = 'lost' AND u.late = 0 AND u.hour < cut_at AND u.ended_at < cut_at
    ORDER BY u.hour LIMIT max_rows - total);
  unbilled := (SELECT jsonb_agg(l) FROM (
    SELECT u.subscription_id, u.dimension, u.plan_id, u.is_trial, (u.hour AT TIME ZONE 'UTC')::date AS day, sum(u.lost) AS lost
    FROM usage_slots u WHERE u.id = ANY(hours) GROUP BY 1, 2, 3, 4, 5) l);
  IF NOT remove_usage_hours(hours, max_rows) THEN
    RETURN QUERY SELECT total, true;
    RETURN;
  END IF;
  total := total + cardinality(hours);
  UPDATE usage_accounts a SET deleted_lost = a.deleted_lost + r.lost FROM (
      SELECT l.subscription_id, l.dimension, l.plan_id, l.is_trial, k.term_starts_on, sum(l.lost) AS lost
      FROM jsonb_to_recordset(unbilled) AS l(subscription_id text, dimension text, plan_id text, is_trial boolean, day date, lost numeric)
      CROSS JOIN LATERAL (
        SELECT t.term_starts_on FROM usage_accounts t WHERE t.subscription_id = l.subscription_id AND t.dimension = l.dimension
          AND t.plan_id = l.plan_id AND t.is_trial = l.is_trial AND t.term_starts_on <= l.day AND t.term_ends_on >= l.day
        ORDER BY t.term_starts_on DESC LIMIT 1) k
      GROUP BY 1, 2, 3, 4, 5) r
    WHERE a.subscription_id = r.subscription_id AND a.dimension = r.dimension AND a.plan_id = r.plan_id AND a.is_trial = r.is_trial
      AND a.term_starts_on = r.term_starts_on;
  DELETE FROM usage_days WHERE (day, subscription_id, dimension) IN (
    SELECT d.day, d.subscription_id, d.dimension FROM usage_days d WHERE d.day < cut_day ORDER BY d.day LIMIT max_rows);
  GET DIAGNOSTICS days = ROW_COUNT;
  DELETE FROM usage_comparisons WHERE day < cut_day;
  RETURN QUERY SELECT total, total >= max_rows OR days = max_rows;
END $$;
