CREATE TABLE "alarms" (
	"kind" text NOT NULL,
	"instance" text NOT NULL,
	"what" text NOT NULL,
	"remedy" text NOT NULL,
	"since" timestamp (3) with time zone NOT NULL,
	"seen_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "alarms_kind_instance_pk" PRIMARY KEY("kind","instance")
);
--> statement-breakpoint
CREATE TABLE "activity_chain" (
	"stream_id" bigint NOT NULL,
	"seq" bigint NOT NULL,
	"activity_id" uuid NOT NULL,
	"hash" "bytea" NOT NULL,
	CONSTRAINT "activity_chain_stream_id_seq_pk" PRIMARY KEY("stream_id","seq"),
	CONSTRAINT "activity_chain_entry" UNIQUE("activity_id")
);
--> statement-breakpoint
CREATE TABLE "activity_streams" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "activity_streams_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"name" text NOT NULL,
	"count" bigint NOT NULL,
	"hash" "bytea" NOT NULL,
	CONSTRAINT "activity_streams_by_name" UNIQUE("name")
);
--> statement-breakpoint
CREATE TABLE "record_checks" (
	"id" integer PRIMARY KEY DEFAULT 1 NOT NULL,
	"phase" text DEFAULT 'chain' NOT NULL,
	"at_stream" bigint DEFAULT 0 NOT NULL,
	"at_seq" bigint DEFAULT 0 NOT NULL,
	"at_entry" uuid,
	"entries" bigint DEFAULT 0 NOT NULL,
	"found" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"verified_at" timestamp (3) with time zone,
	"verified_entries" bigint DEFAULT 0 NOT NULL,
	"verified_found" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"anchored_on" date,
	CONSTRAINT "record_checks_one" CHECK ("record_checks"."id" = 1)
);
--> statement-breakpoint
-- The record of activity is chained as it is committed. Each stream's row is updated once for each entry: room on the page
-- keeps that off the indexes.
ALTER TABLE "activity_streams" SET (fillfactor = 60, autovacuum_vacuum_scale_factor = 0.05);--> statement-breakpoint
INSERT INTO "record_checks" DEFAULT VALUES;--> statement-breakpoint
CREATE FUNCTION activity_stream(entry activity) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN entry.subscription_id IS NOT NULL THEN 's ' || entry.subscription_id
    ELSE 'd ' || to_char(entry.at AT TIME ZONE 'UTC', 'YYYY-MM-DD') || ' ' || entry.actor_kind || ' ' || coalesce(entry.actor_id, entry.actor_name) END
$$;--> statement-breakpoint
-- Names every column, so that one that is added later leaves the older hashes as they are.
CREATE FUNCTION activity_hash(entry activity, seq bigint, former bytea) RETURNS bytea LANGUAGE sql STABLE AS $$
  SELECT sha256(former || convert_to(json_build_array(seq, entry.id, (extract(epoch from entry.at) * 1000)::bigint,
    entry.subscription_id, entry.operation_id, entry.delivery_id, entry.actor_kind, entry.actor_id, entry.actor_name,
    entry.kind, entry.summary, entry.before, entry.after, entry.reason)::text, 'UTF8'))
$$;--> statement-breakpoint
CREATE FUNCTION chain_activity(entry activity) RETURNS void LANGUAGE sql AS $$
  WITH head AS (
    INSERT INTO activity_streams AS stream (name, count, hash)
    VALUES (activity_stream(entry), 1, activity_hash(entry, 1, ''))
    ON CONFLICT (name) DO UPDATE SET count = stream.count + 1, hash = activity_hash(entry, stream.count + 1, stream.hash)
    RETURNING id, count, hash)
  INSERT INTO activity_chain (stream_id, seq, activity_id, hash) SELECT id, count, entry.id, hash FROM head
$$;--> statement-breakpoint
CREATE FUNCTION chain_new_activity() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM chain_activity(NEW);
  RETURN NULL;
END $$;--> statement-breakpoint
LOCK TABLE "activity" IN SHARE ROW EXCLUSIVE MODE;--> statement-breakpoint
DO $$
DECLARE entry activity;
BEGIN
  FOR entry IN SELECT * FROM activity ORDER BY id LOOP
    PERFORM chain_activity(entry);
  END LOOP;
END $$;--> statement-breakpoint
CREATE CONSTRAINT TRIGGER activity_is_chained AFTER INSERT ON "activity"
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION chain_new_activity();--> statement-breakpoint
CREATE TRIGGER activity_chain_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON "activity_chain"
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();--> statement-breakpoint
-- Written from within the trigger of activity alone.
CREATE FUNCTION refuse_direct_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF pg_trigger_depth() < 2 THEN
    RAISE EXCEPTION '% is written by the record of activity alone', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER activity_chain_guarded BEFORE INSERT ON "activity_chain"
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_direct_change();--> statement-breakpoint
CREATE TRIGGER activity_streams_guarded BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON "activity_streams"
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_direct_change();
