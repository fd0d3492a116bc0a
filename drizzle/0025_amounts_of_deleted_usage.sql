CREATE TABLE "usage_deleted_amounts" (
	"subscription_id" text NOT NULL,
	"dimension" text NOT NULL,
	"plan_id" text NOT NULL,
	"term_starts_on" date NOT NULL,
	"is_trial" boolean NOT NULL,
	"currency" text NOT NULL,
	"amount" numeric NOT NULL,
	"quantity" numeric NOT NULL,
	CONSTRAINT "usage_deleted_amounts_pk" PRIMARY KEY("subscription_id","dimension","plan_id","term_starts_on","is_trial","currency")
);--> statement-breakpoint
-- As in 0007 with the changes of 0012 and 0016, and with the amounts.
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
  amounts jsonb;
  unbilled jsonb;
  total integer := 0;
  days integer;
BEGIN
  IF before > now() - make_interval(hours => 90 * 24 - 1) THEN
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
    SELECT sum(u.quantity + u.carried) FILTER (WHERE u.is_counted) AS used,
      sum(u.accepted) AS accepted, sum(u.billable) FILTER (WHERE u.state = 'lost') AS unsent, sum(u.lost) AS lost,
      sum(u.billable) FILTER (WHERE u.state = 'dropped') AS dropped, max(u.hour) AS through
      INTO sums FROM usage_slots u WHERE u.id = ANY(hours);
    amounts := (SELECT jsonb_agg(p) FROM (
      SELECT u.currency, sum(u.accepted * u.list_price) AS amount, sum(u.accepted) AS quantity
      FROM usage_slots u WHERE u.id = ANY(hours) AND u.accepted > 0 AND u.list_price IS NOT NULL GROUP BY 1) p);
    IF NOT remove_usage_hours(hours, max_rows) THEN
      RETURN QUERY SELECT total, true;
      RETURN;
    END IF;
    total := total + cardinality(hours);
    INSERT INTO usage_deleted_amounts AS d (subscription_id, dimension, plan_id, term_starts_on, is_trial, currency, amount, quantity)
      SELECT account.subscription_id, account.dimension, account.plan_id, account.term_starts_on, account.is_trial, p.currency, p.amount, p.quantity
      FROM jsonb_to_recordset(coalesce(amounts, '[]')) AS p(currency text, amount numeric, quantity numeric)
      ON CONFLICT (subscription_id, dimension, plan_id, term_starts_on, is_trial, currency)
      DO UPDATE SET amount = d.amount + excluded.amount, quantity = d.quantity + excluded.quantity;
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
