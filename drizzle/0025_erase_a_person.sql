ALTER TABLE "subscriptions" ADD COLUMN "person_erased_at" timestamp (3) with time zone;--> statement-breakpoint
-- What arrived and what happened cannot be rewritten, but for the erasure of a person, which must say so.
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'UPDATE' OR current_setting('marketdesk.erasure', true) IS DISTINCT FROM 'on' THEN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NULL;
END $$;--> statement-breakpoint
-- One row of any other table, by its key. Neither the record nor the raw copies: those have functions of their own, which leave
-- a trace of what was erased.
CREATE FUNCTION erase_from_row(table_name text, key jsonb, changes jsonb) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT AS $$
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
  EXECUTE format('UPDATE %1$I t SET %2$s FROM jsonb_populate_record(NULL::%1$I, $1) k, jsonb_populate_record(NULL::%1$I, $2) n WHERE %3$s',
    table_name, assignments, conditions) USING key, changes;
  PERFORM set_config('marketdesk.erasure', '', true);
END $$;
