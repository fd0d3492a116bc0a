-- What begins with a text that somebody pastes: ids, e-mails and their domains.
CREATE FUNCTION keys_of_subscription(VARIADIC texts text[]) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT array_to_tsvector(coalesce(array_agg(DISTINCT key) FILTER (WHERE key <> ''), '{}'))
  FROM unnest(texts) AS given(text),
    LATERAL (VALUES (lower(left(text, 200))), (lower(left(split_part(text, '@', 2), 200)))) AS keys(key)
$$;--> statement-breakpoint
CREATE INDEX "subscriptions_keys" ON "subscriptions" USING gin (keys_of_subscription(id, beneficiary_email, beneficiary_object_id, beneficiary_tenant_id, purchaser_email, purchaser_object_id, purchaser_tenant_id, contact_email));