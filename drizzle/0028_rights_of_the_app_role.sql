CREATE TABLE "instances" (
	"name" text PRIMARY KEY NOT NULL,
	"proved_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
-- The app's role may add to the record of activity and to the raw copies, and change nothing of them (see grants.ts). What needs
-- more runs with the rights of the tables' owner. The path names pg_temp last: a temporary table cannot take a table's place.
ALTER FUNCTION chain_new_activity() SECURITY DEFINER SET search_path = public, pg_temp;--> statement-breakpoint
ALTER FUNCTION erase_from_record(uuid, jsonb) SET search_path = public, pg_temp;--> statement-breakpoint
ALTER FUNCTION erase_from_copies(jsonb, jsonb) SET search_path = public, pg_temp;--> statement-breakpoint
-- Removes the oldest raw copies before an id. The triggers of the tables keep what is younger than its minimum time.
CREATE FUNCTION remove_old_copies(kind text, before uuid, max_rows integer) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE
  removed integer;
BEGIN
  PERFORM set_config('marketdesk.retention', 'on', true);
  CASE kind
    WHEN 'deliveries' THEN
      DELETE FROM webhook_deliveries WHERE id IN (
        SELECT id FROM webhook_deliveries WHERE id < before ORDER BY id LIMIT max_rows);
    WHEN 'calls' THEN
      DELETE FROM operation_steps WHERE id IN (
        SELECT id FROM operation_steps WHERE id < before ORDER BY id LIMIT max_rows);
  END CASE;
  GET DIAGNOSTICS removed = ROW_COUNT;
  PERFORM set_config('marketdesk.retention', '', true);
  RETURN removed;
END $$;
--> statement-breakpoint
-- As before, and tables of ours alone: with the owner's rights, a table of PostgreSQL's own would be changed as well.
CREATE OR REPLACE FUNCTION erase_from_row(table_name text, key jsonb, changes jsonb) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE
  assignments text;
  conditions text;
BEGIN
  IF table_name IN ('activity', 'activity_chain', 'activity_streams', 'erased_entries', 'record_checks', 'subscription_notes',
    'webhook_deliveries', 'operation_steps') THEN
    RAISE EXCEPTION '% is not changed row by row', table_name USING ERRCODE = 'insufficient_privilege';
  END IF;
  SELECT string_agg(format('%I = n.%I', name, name), ', ') INTO assignments FROM jsonb_object_keys(changes) name;
  SELECT string_agg(format('t.%I = k.%I', name, name), ' AND ') INTO conditions FROM jsonb_object_keys(key) name;
  IF assignments IS NULL THEN RETURN; END IF;
  PERFORM set_config('marketdesk.erasure', 'on', true);
  EXECUTE format('UPDATE public.%1$I t SET %2$s FROM jsonb_populate_record(NULL::public.%1$I, $1) k, jsonb_populate_record(NULL::public.%1$I, $2) n WHERE %3$s',
    table_name, assignments, conditions) USING key, changes;
  PERFORM set_config('marketdesk.erasure', '', true);
END $$;
