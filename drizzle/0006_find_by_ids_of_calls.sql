-- The ids by which a call to Microsoft can be found: those of the request, and that of Microsoft's operation in its path.
CREATE FUNCTION ids_of_calls(calls jsonb) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT array_to_tsvector(coalesce(array_agg(DISTINCT lower(left(id, 100))) FILTER (WHERE id <> ''), '{}'))
  FROM jsonb_array_elements(calls) AS call,
    LATERAL (VALUES (call->>'requestId'), (call->>'correlationId'), (substring(call->>'path' from '/operations/([^/?]+)'))) AS ids(id)
$$;--> statement-breakpoint
CREATE INDEX "operation_steps_ids" ON "operation_steps" USING gin (ids_of_calls("calls"));
