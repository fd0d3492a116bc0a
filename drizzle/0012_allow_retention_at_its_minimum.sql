-- The app decides by its own clock what its retention has ended for. Days are counted as 24 hours, because those of a session's
-- time zone can be longer, and an hour less is enforced, because the clocks can differ.
CREATE OR REPLACE FUNCTION refuse_early_end() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  IF current_setting('marketdesk.retention', true) IS DISTINCT FROM 'on'
    OR to_timestamp(('x' || translate(left(OLD.id::text, 13), '-', ''))::bit(48)::bigint / 1000.0) > now() - make_interval(hours => TG_ARGV[0]::int * 24 - 1) THEN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN OLD;
END $$;--> statement-breakpoint
-- The same in remove_old_usage, whose other lines stay as they are.
DO $$
DECLARE
  definition text := pg_get_functiondef('remove_old_usage(timestamptz, integer)'::regprocedure);
  days text := 'now() - interval ''90 days''';
BEGIN
  IF position(days IN definition) = 0 THEN
    RAISE EXCEPTION 'remove_old_usage does not compare with 90 days';
  END IF;
  EXECUTE replace(definition, days, 'now() - make_interval(hours => 90 * 24 - 1)');
END $$;
