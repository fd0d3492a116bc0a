-- The link of an entry by statements that PL/pgSQL plans once a session: a function in SQL was parsed and planned for each
-- entry, which took more than the writing. What a link holds stays as it was.
CREATE OR REPLACE FUNCTION chain_new_activity() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  stream_name text := activity_stream(NEW);
  head activity_streams;
BEGIN
  -- Nearly every stream is there already; of two transactions that begin one, the second finds it by its name.
  UPDATE activity_streams AS stream SET count = stream.count + 1, hash = activity_hash(NEW, stream.count + 1, stream.hash)
  WHERE name = stream_name RETURNING * INTO head;
  IF NOT FOUND THEN
    INSERT INTO activity_streams AS stream (name, count, hash) VALUES (stream_name, 1, activity_hash(NEW, 1, ''))
    ON CONFLICT (name) DO UPDATE SET count = stream.count + 1, hash = activity_hash(NEW, stream.count + 1, stream.hash)
    RETURNING * INTO head;
  END IF;
  INSERT INTO activity_chain (stream_id, seq, activity_id, hash) VALUES (head.id, head.count, NEW.id, head.hash);
  RETURN NULL;
END $$;--> statement-breakpoint
DROP FUNCTION chain_activity(activity);
