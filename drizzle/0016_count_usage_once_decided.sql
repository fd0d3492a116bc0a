-- Sealing writes accounts as it has read them: it ends before hours are taken out of them here, and begins again after it.
LOCK TABLE "usage_slots", "usage_accounts" IN ACCESS EXCLUSIVE MODE;--> statement-breakpoint
ALTER TABLE "usage_slots" ADD COLUMN "is_counted" boolean DEFAULT true NOT NULL;--> statement-breakpoint
-- Hours about which staff have not decided, or did not in time, were added to their accounts when they were sealed; those that staff had
-- dropped were taken out again. What was announced of the included quantity because of them is announced again when it is used.
WITH uncounted AS (
  UPDATE usage_slots SET is_counted = false
  WHERE state IN ('held', 'rejected', 'lost', 'dropped') AND problem IN ('Unusual', 'TooLarge')
  RETURNING *
), sums AS (
  SELECT u.subscription_id, u.dimension, u.plan_id, u.term_starts_on, u.is_trial, sum(u.quantity + u.carried) AS used, sum(u.billable) AS billed
  FROM uncounted u WHERE u.state <> 'dropped' GROUP BY 1, 2, 3, 4, 5
)
UPDATE usage_accounts a SET used = greatest(a.used - s.used, 0), billed = greatest(a.billed - s.billed, 0),
  notified_percent = least(a.notified_percent, CASE WHEN (a.used - s.used) * 100 >= a.included * 100 THEN 100
    WHEN (a.used - s.used) * 100 >= a.included * 80 THEN 80 ELSE 0 END)
FROM sums s
WHERE a.subscription_id = s.subscription_id AND a.dimension = s.dimension AND a.plan_id = s.plan_id
  AND a.term_starts_on = s.term_starts_on AND a.is_trial = s.is_trial;--> statement-breakpoint
-- The sums of deleted hours, too, have only those that count; the other lines of remove_old_usage stay as they are.
DO $$
DECLARE
  definition text := pg_get_functiondef('remove_old_usage(timestamptz, integer)'::regprocedure);
  by_problem text := 'u.state <> ''dropped'' OR u.problem IS NULL OR u.problem NOT IN (''Unusual'', ''TooLarge'')';
BEGIN
  IF position(by_problem IN definition) = 0 THEN
    RAISE EXCEPTION 'remove_old_usage does not leave out dropped hours by their problem';
  END IF;
  EXECUTE replace(definition, by_problem, 'u.is_counted');
END $$;
