ALTER TABLE "retentions" DROP CONSTRAINT "retentions_least";--> statement-breakpoint
ALTER TABLE "retentions" ADD COLUMN "usage" integer DEFAULT 400;--> statement-breakpoint
ALTER TABLE "retentions" ADD COLUMN "movements" integer DEFAULT 1100;--> statement-breakpoint
ALTER TABLE "retentions" ADD CONSTRAINT "retentions_least" CHECK ("retentions"."deliveries" >= 90 and "retentions"."calls" >= 30 and "retentions"."refused" >= 7 and "retentions"."contacts" >= 30 and "retentions"."events" >= 30 and "retentions"."messages" >= 7 and "retentions"."usage" >= 90 and "retentions"."movements" >= 400);--> statement-breakpoint
-- Hours of usage that are over and decided, and whose term ended before an instant: the oldest first.
CREATE FUNCTION old_usage(before timestamptz, max_rows integer) RETURNS TABLE (id uuid)
    LANGUAGE sql STABLE
    AS $$
  SELECT s.id FROM usage_slots s
  WHERE s.hour < before AND s.state IN ('included', 'accepted', 'lost', 'dropped') AND s.late = 0
    AND NOT EXISTS (
      SELECT FROM usage_accounts a WHERE a.subscription_id = s.subscription_id AND a.dimension = s.dimension
        AND a.plan_id = s.plan_id AND a.term_starts_on = s.term_starts_on AND a.is_trial = s.is_trial
        AND a.term_ends_on >= (before AT TIME ZONE 'UTC')::date)
  ORDER BY s.hour, s.id LIMIT max_rows
$$;--> statement-breakpoint
-- Removes some of these hours with all that proves their bill. An hour can have many events: they are removed in steps, before it.
CREATE FUNCTION remove_old_usage(before timestamptz, max_rows integer) RETURNS TABLE (removed integer, is_more boolean)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE
  hours uuid[];
  events integer;
  days integer;
BEGIN
  IF before > now() - interval '90 days' THEN
    RAISE EXCEPTION 'usage is kept for 90 days' USING ERRCODE = 'insufficient_privilege';
  END IF;
  hours := array(SELECT o.id FROM old_usage(before, max_rows) o);
  DELETE FROM usage_events WHERE id IN (
    SELECT e.id FROM usage_slots s
    JOIN usage_events e ON e.subscription_id = s.subscription_id AND e.dimension = s.dimension AND e.hour = s.hour
    WHERE s.id = ANY(hours) LIMIT max_rows);
  GET DIAGNOSTICS events = ROW_COUNT;
  IF events = max_rows THEN
    RETURN QUERY SELECT 0, true;
    RETURN;
  END IF;
  DELETE FROM usage_carries WHERE from_slot_id = ANY(hours) OR to_slot_id = ANY(hours);
  DELETE FROM usage_submissions WHERE slot_id = ANY(hours);
  DELETE FROM usage_slots WHERE id = ANY(hours);
  DELETE FROM usage_days WHERE (day, subscription_id, dimension) IN (
    SELECT d.day, d.subscription_id, d.dimension FROM usage_days d
    WHERE d.day < (before AT TIME ZONE 'UTC')::date ORDER BY d.day LIMIT max_rows);
  GET DIAGNOSTICS days = ROW_COUNT;
  DELETE FROM usage_comparisons WHERE day < (before AT TIME ZONE 'UTC')::date;
  RETURN QUERY SELECT cardinality(hours), cardinality(hours) = max_rows OR days = max_rows;
END $$;
