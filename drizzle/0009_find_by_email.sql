CREATE FUNCTION emails_of_subscription(VARIADIC emails text[]) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT array_to_tsvector(coalesce(array_agg(DISTINCT key) FILTER (WHERE key <> ''), '{}'))
  FROM unnest(emails) AS given(email),
    LATERAL (VALUES (lower(left(email, 200))), (lower(left(split_part(email, '@', 2), 200)))) AS keys(key)
$$;--> statement-breakpoint
CREATE INDEX "subscriptions_emails" ON "subscriptions" USING gin (emails_of_subscription(beneficiary_email, purchaser_email, contact_email));