CREATE TABLE "erased_entries" (
	"activity_id" uuid PRIMARY KEY NOT NULL,
	"erasure_id" uuid NOT NULL
);
--> statement-breakpoint
-- Links that exist are of version 1; PostgreSQL keeps that in the catalog and rewrites no row.
ALTER TABLE "activity_chain" ADD COLUMN "version" smallint DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "activity_chain" ALTER COLUMN "version" SET DEFAULT 2;--> statement-breakpoint
ALTER TABLE "activity_chain" ADD COLUMN "commitment" "bytea";--> statement-breakpoint
ALTER TABLE "activity_chain" ADD COLUMN "salt" "bytea";--> statement-breakpoint
CREATE INDEX "erased_entries_erasure" ON "erased_entries" USING btree ("erasure_id","activity_id");--> statement-breakpoint
-- Not valid: true of every link by the two statements above, and a check of all of them would lock the table for long.
ALTER TABLE "activity_chain" ADD CONSTRAINT "activity_chain_version" CHECK (("activity_chain"."version" = 2) = ("activity_chain"."commitment" is not null)) NOT VALID;--> statement-breakpoint
ALTER TABLE "record_checks" ADD COLUMN "rewritten_through" timestamp (3) with time zone;--> statement-breakpoint
-- What may name a person, by salt and hash, so that it can be erased and the chain still verifies.
CREATE FUNCTION activity_commitment(entry activity, note text, salt bytea) RETURNS bytea LANGUAGE sql STABLE AS $$
  SELECT sha256(salt || convert_to(json_build_array(entry.actor_name, entry.summary, entry.before, entry.after, entry.reason,
    note)::text, 'UTF8'))
$$;--> statement-breakpoint
-- Every other column, and the commitment. A later version names the columns that are added until then.
CREATE FUNCTION activity_link_hash(entry activity, seq bigint, previous bytea, commitment bytea) RETURNS bytea LANGUAGE sql STABLE AS $$
  SELECT sha256(previous || convert_to(json_build_array(2, seq, entry.id, (extract(epoch from entry.at) * 1000)::bigint,
    entry.subscription_id, entry.operation_id, entry.delivery_id, entry.actor_kind, entry.actor_id, entry.kind, entry.source,
    entry.reason_code, entry.bulk_run_id, encode(commitment, 'hex'))::text, 'UTF8'))
$$;--> statement-breakpoint
CREATE OR REPLACE FUNCTION chain_new_activity() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  stream_name text := activity_stream(NEW);
  head activity_streams;
  note text;
  salt bytea := uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid());
  commitment bytea;
BEGIN
  IF NEW.kind = 'subscription.note_added' THEN
    SELECT subscription_notes.text INTO note FROM subscription_notes WHERE subscription_notes.id = NEW.id;
  END IF;
  commitment := activity_commitment(NEW, note, salt);
  -- Nearly every stream is there already; of two transactions that begin one, the second finds it by its name.
  UPDATE activity_streams AS stream
  SET count = stream.count + 1, hash = activity_link_hash(NEW, stream.count + 1, stream.hash, commitment)
  WHERE name = stream_name RETURNING * INTO head;
  IF NOT FOUND THEN
    INSERT INTO activity_streams AS stream (name, count, hash)
    VALUES (stream_name, 1, activity_link_hash(NEW, 1, '', commitment))
    ON CONFLICT (name) DO UPDATE
    SET count = stream.count + 1, hash = activity_link_hash(NEW, stream.count + 1, stream.hash, commitment)
    RETURNING * INTO head;
  END IF;
  INSERT INTO activity_chain (stream_id, seq, activity_id, hash, commitment, salt)
  VALUES (head.id, head.count, NEW.id, head.hash, commitment, salt);
  RETURN NULL;
END $$;--> statement-breakpoint
-- Append-only, but for the erasure of a person, which must say so.
CREATE FUNCTION refuse_change_but_erasure() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF current_setting('marketdesk.erasure', true) IS DISTINCT FROM 'on' THEN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NULL;
END $$;--> statement-breakpoint
DROP TRIGGER activity_append_only ON "activity";--> statement-breakpoint
CREATE TRIGGER activity_append_only BEFORE DELETE OR TRUNCATE ON "activity"
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();--> statement-breakpoint
CREATE TRIGGER activity_erasable BEFORE UPDATE ON "activity"
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_but_erasure();--> statement-breakpoint
DROP TRIGGER activity_chain_append_only ON "activity_chain";--> statement-breakpoint
CREATE TRIGGER activity_chain_append_only BEFORE DELETE OR TRUNCATE ON "activity_chain"
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();--> statement-breakpoint
CREATE TRIGGER activity_chain_erasable BEFORE UPDATE ON "activity_chain"
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_but_erasure();--> statement-breakpoint
DROP TRIGGER subscription_notes_append_only ON "subscription_notes";--> statement-breakpoint
CREATE TRIGGER subscription_notes_append_only BEFORE DELETE OR TRUNCATE ON "subscription_notes"
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();--> statement-breakpoint
CREATE TRIGGER subscription_notes_erasable BEFORE UPDATE ON "subscription_notes"
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_but_erasure();--> statement-breakpoint
DROP TRIGGER webhook_deliveries_append_only ON "webhook_deliveries";--> statement-breakpoint
CREATE TRIGGER webhook_deliveries_append_only BEFORE TRUNCATE ON "webhook_deliveries"
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();--> statement-breakpoint
CREATE TRIGGER webhook_deliveries_erasable BEFORE UPDATE ON "webhook_deliveries"
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_but_erasure();--> statement-breakpoint
DROP TRIGGER operation_steps_append_only ON "operation_steps";--> statement-breakpoint
CREATE TRIGGER operation_steps_append_only BEFORE TRUNCATE ON "operation_steps"
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();--> statement-breakpoint
CREATE TRIGGER operation_steps_erasable BEFORE UPDATE ON "operation_steps"
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_but_erasure();--> statement-breakpoint
CREATE TRIGGER erased_entries_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON "erased_entries"
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();--> statement-breakpoint
-- Writes entries without a person, each with its note where it has one, and drops their salts. Its owner's right, so that the
-- app's own role needs none to change the record.
CREATE FUNCTION erase_from_record(erasure uuid, entries jsonb) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT AS $$
BEGIN
  PERFORM set_config('marketdesk.erasure', 'on', true);
  UPDATE activity a SET actor_name = e.actor_name, summary = e.summary, before = e.before, after = e.after, reason = e.reason
  FROM jsonb_populate_recordset(NULL::activity, entries) e WHERE a.id = e.id;
  UPDATE subscription_notes n SET text = e.note, actor_name = e.actor_name
  FROM jsonb_to_recordset(entries) AS e(id uuid, note text, actor_name text) WHERE n.id = e.id AND e.note IS NOT NULL;
  UPDATE activity_chain c SET salt = NULL FROM jsonb_to_recordset(entries) AS e(id uuid) WHERE c.activity_id = e.id;
  INSERT INTO erased_entries (activity_id, erasure_id) SELECT e.id, erasure FROM jsonb_to_recordset(entries) AS e(id uuid)
  ON CONFLICT DO NOTHING;
  PERFORM set_config('marketdesk.erasure', '', true);
END $$;--> statement-breakpoint
-- The same for raw copies: bodies of deliveries as hex, and the calls of steps.
CREATE FUNCTION erase_from_copies(deliveries jsonb, steps jsonb) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT AS $$
BEGIN
  PERFORM set_config('marketdesk.erasure', 'on', true);
  UPDATE webhook_deliveries d SET body = decode(e.body, 'hex') FROM jsonb_to_recordset(deliveries) AS e(id uuid, body text)
  WHERE d.id = e.id;
  UPDATE operation_steps s SET calls = e.calls, note = e.note
  FROM jsonb_to_recordset(steps) AS e(id uuid, calls jsonb, note text) WHERE s.id = e.id;
  PERFORM set_config('marketdesk.erasure', '', true);
END $$;
