-- A price appends the subscription's facts. Read without a lock, they could be older than a change that was appended before and had
-- not committed, and be counted after it: the recurring amount stayed wrong until the next change.
CREATE OR REPLACE FUNCTION append_money_of_price() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
  s subscriptions;
BEGIN
  SELECT * INTO s FROM subscriptions WHERE id = NEW.subscription_id FOR SHARE;
  IF FOUND THEN
    PERFORM append_money_change(s, NEW.seen_at);
  END IF;
  RETURN NULL;
END $$;
