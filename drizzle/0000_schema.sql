-- The whole schema of the first release. Later migrations are added after it, and it never changes.
CREATE EXTENSION IF NOT EXISTS pg_trgm;--> statement-breakpoint
-- Functions may use tables that are created below.
SET LOCAL check_function_bodies = false;--> statement-breakpoint
CREATE TYPE activity_source AS ENUM (
    'desk',
    'bulk',
    'landing',
    'webhook',
    'api',
    'job'
);--> statement-breakpoint
CREATE TYPE actor_kind AS ENUM (
    'staff',
    'purchaser',
    'marketplace',
    'product',
    'system'
);--> statement-breakpoint
CREATE TYPE bulk_row_state AS ENUM (
    'ready',
    'refused',
    'done',
    'failed'
);--> statement-breakpoint
CREATE TYPE bulk_state AS ENUM (
    'planned',
    'running',
    'stopped',
    'finished'
);--> statement-breakpoint
CREATE TYPE confirmed_access AS ENUM (
    'full',
    'suspended',
    'ended'
);--> statement-breakpoint
CREATE TYPE delivery_outcome AS ENUM (
    'accepted',
    'duplicate',
    'unprocessable'
);--> statement-breakpoint
CREATE TYPE first_seen_by AS ENUM (
    'landing',
    'webhook',
    'reconcile'
);--> statement-breakpoint
CREATE TYPE operation_outcome AS ENUM (
    'succeeded',
    'rejected',
    'failed',
    'conflict',
    'quarantined',
    'skipped'
);--> statement-breakpoint
CREATE TYPE operation_source AS ENUM (
    'Azure',
    'Partner'
);--> statement-breakpoint
CREATE TYPE operation_stage AS ENUM (
    'received',
    'verified',
    'decided',
    'acknowledged',
    'requested',
    'accepted',
    'settled'
);--> statement-breakpoint
CREATE TYPE session_kind AS ENUM (
    'staff',
    'purchaser'
);--> statement-breakpoint
CREATE TYPE staff_role AS ENUM (
    'viewer',
    'operator',
    'admin'
);--> statement-breakpoint
CREATE TYPE subscription_status AS ENUM (
    'PendingFulfillmentStart',
    'Subscribed',
    'Suspended',
    'Unsubscribed'
);--> statement-breakpoint
CREATE TABLE activity (
    id uuid NOT NULL,
    at timestamp(3) with time zone NOT NULL,
    subscription_id text,
    operation_id uuid,
    delivery_id uuid,
    actor_kind actor_kind NOT NULL,
    actor_id text,
    actor_name text NOT NULL,
    kind text NOT NULL,
    summary text NOT NULL,
    before jsonb,
    after jsonb,
    reason text,
    reason_code text,
    source activity_source,
    bulk_run_id uuid
);--> statement-breakpoint
-- What may name a person, by salt and hash, so that it can be erased and the chain still verifies.
CREATE FUNCTION activity_commitment(entry activity, note text, salt bytea) RETURNS bytea
    LANGUAGE sql STABLE
    AS $$
  SELECT sha256(salt || convert_to(json_build_array(entry.actor_name, entry.summary, entry.before, entry.after, entry.reason,
    note)::text, 'UTF8'))
$$;--> statement-breakpoint
-- Names every column, so that one that is added later leaves the older hashes as they are.
CREATE FUNCTION activity_hash(entry activity, seq bigint, former bytea) RETURNS bytea
    LANGUAGE sql STABLE
    AS $$
  SELECT sha256(former || convert_to(json_build_array(seq, entry.id, (extract(epoch from entry.at) * 1000)::bigint,
    entry.subscription_id, entry.operation_id, entry.delivery_id, entry.actor_kind, entry.actor_id, entry.actor_name,
    entry.kind, entry.summary, entry.before, entry.after, entry.reason)::text, 'UTF8'))
$$;--> statement-breakpoint
-- Every other column, and the commitment. A later version names the columns that are added until then.
CREATE FUNCTION activity_link_hash(entry activity, seq bigint, previous bytea, commitment bytea) RETURNS bytea
    LANGUAGE sql STABLE
    AS $$
  SELECT sha256(previous || convert_to(json_build_array(2, seq, entry.id, (extract(epoch from entry.at) * 1000)::bigint,
    entry.subscription_id, entry.operation_id, entry.delivery_id, entry.actor_kind, entry.actor_id, entry.kind, entry.source,
    entry.reason_code, entry.bulk_run_id, encode(commitment, 'hex'))::text, 'UTF8'))
$$;--> statement-breakpoint
CREATE FUNCTION activity_stream(entry activity) RETURNS text
    LANGUAGE sql STABLE
    AS $$
  SELECT CASE WHEN entry.subscription_id IS NOT NULL THEN 's ' || entry.subscription_id
    ELSE 'd ' || to_char(entry.at AT TIME ZONE 'UTC', 'YYYY-MM-DD') || ' ' || entry.actor_kind || ' ' || coalesce(entry.actor_id, entry.actor_name) END
$$;--> statement-breakpoint
CREATE TABLE subscriptions (
    id text NOT NULL,
    name text NOT NULL,
    publisher_id text,
    offer_id text NOT NULL,
    plan_id text NOT NULL,
    quantity integer,
    status subscription_status NOT NULL,
    unrecognised_status text,
    beneficiary_email text,
    beneficiary_object_id text,
    beneficiary_tenant_id text,
    purchaser_email text,
    purchaser_object_id text,
    purchaser_tenant_id text,
    term_unit text,
    term_starts_at timestamp(3) with time zone,
    term_ends_at timestamp(3) with time zone,
    auto_renews boolean,
    is_free_trial boolean DEFAULT false NOT NULL,
    is_test boolean DEFAULT false NOT NULL,
    allowed_customer_operations text[] DEFAULT '{}'::text[] NOT NULL,
    purchased_at timestamp(3) with time zone,
    hold_reason text,
    hold_by text,
    hold_at timestamp(3) with time zone,
    contact_name text,
    contact_email text,
    contact_company text,
    contact_phone text,
    first_seen_by first_seen_by NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    synced_at timestamp(3) with time zone NOT NULL,
    created_at timestamp(3) with time zone NOT NULL,
    updated_at timestamp(3) with time zone NOT NULL,
    raw jsonb,
    search_text text GENERATED ALWAYS AS (lower(((((((((((((((((((((((((((id || ' '::text) || name) || ' '::text) || offer_id) || ' '::text) || plan_id) || ' '::text) || COALESCE(beneficiary_email, ''::text)) || ' '::text) || COALESCE(beneficiary_object_id, ''::text)) || ' '::text) || COALESCE(beneficiary_tenant_id, ''::text)) || ' '::text) || COALESCE(purchaser_email, ''::text)) || ' '::text) || COALESCE(purchaser_object_id, ''::text)) || ' '::text) || COALESCE(purchaser_tenant_id, ''::text)) || ' '::text) || COALESCE(contact_name, ''::text)) || ' '::text) || COALESCE(contact_email, ''::text)) || ' '::text) || COALESCE(contact_company, ''::text)) || ' '::text) || COALESCE(contact_phone, ''::text)))) STORED NOT NULL,
    status_since timestamp(3) with time zone NOT NULL,
    tags text[] DEFAULT '{}'::text[] NOT NULL,
    owner_id text,
    owner_name text,
    follow_up_on date,
    hold_reason_code text,
    activation_asked_at timestamp(3) with time zone,
    activation_waits_for text,
    activated_at timestamp(3) with time zone,
    person_erased_at timestamp(3) with time zone,
    own_version integer DEFAULT 0 NOT NULL,
    truth_reader_id uuid,
    truth_reader_until timestamp(3) with time zone,
    sandbox_type text,
    session_mode text,
    answers jsonb,
    CONSTRAINT subscriptions_activation_asked_whole CHECK (((num_nonnulls(activation_asked_at, activation_waits_for) = ANY (ARRAY[0, 2])) AND (activation_waits_for = ANY (ARRAY['staff'::text, 'product'::text])))),
    CONSTRAINT subscriptions_contact_whole CHECK ((num_nonnulls(contact_name, contact_email, contact_company, contact_phone) = ANY (ARRAY[0, 4]))),
    CONSTRAINT subscriptions_hold_whole CHECK ((num_nonnulls(hold_reason, hold_by, hold_at) = ANY (ARRAY[0, 3]))),
    CONSTRAINT subscriptions_owner_whole CHECK ((num_nonnulls(owner_id, owner_name) = ANY (ARRAY[0, 2]))),
    CONSTRAINT subscriptions_quantity_positive CHECK ((quantity > 0)),
    CONSTRAINT subscriptions_tags CHECK (((cardinality(tags) <= 20) AND (array_position(tags, NULL::text) IS NULL) AND (array_position(tags, ''::text) IS NULL))),
    CONSTRAINT subscriptions_version_positive CHECK ((version > 0))
);--> statement-breakpoint
-- @param at when the change took effect
CREATE FUNCTION append_money_change(s subscriptions, at timestamp with time zone) RETURNS void
    LANGUAGE sql
    AS $$
  INSERT INTO money_changes (subscription_id, at, status, offer_id, plan_id, term_unit, quantity, is_free_trial, auto_renews, term_ends_at, is_test, is_reseller, customer_key)
  VALUES (s.id, CASE WHEN isfinite(at) THEN at ELSE s.created_at END, s.status, s.offer_id, s.plan_id, s.term_unit, s.quantity, s.is_free_trial, s.auto_renews, s.term_ends_at,
    is_test_purchase(s.is_test, s.sandbox_type, s.session_mode, s.offer_id), s.purchaser_tenant_id <> s.beneficiary_tenant_id,
    customer_key(s.id, s.beneficiary_tenant_id, s.beneficiary_object_id, s.beneficiary_email))
$$;--> statement-breakpoint
CREATE FUNCTION append_money_of_added() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  PERFORM append_money_change(added, CASE WHEN status IN ('Subscribed', 'Suspended') THEN coalesce(activated_at, purchased_at, created_at) ELSE updated_at END)
  FROM added;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE FUNCTION append_money_of_changed() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  PERFORM append_money_change(NEW, NEW.updated_at);
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE FUNCTION append_money_of_price() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  PERFORM append_money_change(s, NEW.seen_at) FROM subscriptions s WHERE s.id = NEW.subscription_id;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE FUNCTION append_money_of_removed() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  INSERT INTO money_changes (subscription_id, at) SELECT id, now() FROM removed;
  RETURN NULL;
END $$;--> statement-breakpoint
-- The link of an entry by statements that PL/pgSQL plans once a session: a function in SQL was parsed and planned for each
-- entry, which took more than the writing. What a link holds stays as it was.
CREATE FUNCTION chain_new_activity() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
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
CREATE FUNCTION compare_confirmation() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
  entitled "subscriptions";
BEGIN
  SELECT * INTO STRICT entitled FROM "subscriptions" WHERE id = NEW.subscription_id;
  NEW.differs_since := CASE
    WHEN NOT product_differs(entitled.status, entitled.hold_at IS NOT NULL, entitled.plan_id, entitled.quantity, NEW) THEN NULL
    WHEN TG_OP = 'UPDATE' THEN coalesce(OLD.differs_since, NEW.changed_at)
    ELSE NEW.changed_at
  END;
  RETURN NEW;
END $$;--> statement-breakpoint
CREATE FUNCTION compare_with_product() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  UPDATE "confirmations" c SET differs_since = CASE
    WHEN product_differs(NEW.status, NEW.hold_at IS NOT NULL, NEW.plan_id, NEW.quantity, c) THEN coalesce(c.differs_since, NEW.updated_at)
  END WHERE c.subscription_id = NEW.id;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE FUNCTION count_added_subscriptions() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  INSERT INTO subscription_counts
  SELECT offer_id, plan_id, status, hold_at IS NOT NULL, is_free_trial, count(*), coalesce(sum(quantity), 0)
  FROM added WHERE NOT is_test_purchase(is_test, sandbox_type, session_mode, offer_id) GROUP BY 1, 2, 3, 4, 5;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE FUNCTION count_changed_subscription() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  INSERT INTO subscription_counts
  SELECT * FROM (VALUES
    (OLD.offer_id, OLD.plan_id, OLD.status, OLD.hold_at IS NOT NULL, OLD.is_free_trial, -1, -coalesce(OLD.quantity, 0)),
    (NEW.offer_id, NEW.plan_id, NEW.status, NEW.hold_at IS NOT NULL, NEW.is_free_trial, 1, coalesce(NEW.quantity, 0))
  ) counted(offer_id, plan_id, status, is_on_hold, is_free_trial, subscriptions, seats)
  WHERE NOT CASE counted.subscriptions
    WHEN 1 THEN is_test_purchase(NEW.is_test, NEW.sandbox_type, NEW.session_mode, NEW.offer_id)
    ELSE is_test_purchase(OLD.is_test, OLD.sandbox_type, OLD.session_mode, OLD.offer_id) END;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE FUNCTION count_days_of_added() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  INSERT INTO day_count_changes SELECT d.what, d.day, added.offer_id, count(*) FROM added, days_of_subscription(added) d GROUP BY 1, 2, 3;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE FUNCTION count_days_of_changed() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  INSERT INTO day_count_changes SELECT what, day, offer_id, sum(count) FROM (
    SELECT what, day, OLD.offer_id, -1 FROM days_of_subscription(OLD)
    UNION ALL SELECT what, day, NEW.offer_id, 1 FROM days_of_subscription(NEW)
  ) changed(what, day, offer_id, count) GROUP BY 1, 2, 3 HAVING sum(count) <> 0;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE FUNCTION count_days_of_removed() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  INSERT INTO day_count_changes SELECT d.what, d.day, removed.offer_id, -count(*) FROM removed, days_of_subscription(removed) d GROUP BY 1, 2, 3;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE FUNCTION count_no_days() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  DELETE FROM day_counts;
  DELETE FROM day_count_changes;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE FUNCTION count_no_subscriptions() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  DELETE FROM subscription_counts;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE FUNCTION count_removed_subscriptions() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  INSERT INTO subscription_counts
  SELECT offer_id, plan_id, status, hold_at IS NOT NULL, is_free_trial, -count(*), -coalesce(sum(quantity), 0)
  FROM removed WHERE NOT is_test_purchase(is_test, sandbox_type, session_mode, offer_id) GROUP BY 1, 2, 3, 4, 5;
  RETURN NULL;
END $$;--> statement-breakpoint
-- Whose money it is: the organization that uses the subscription; a person, if it was bought with a personal account.
CREATE FUNCTION customer_key(id text, tenant_id text, object_id text, email text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
  SELECT CASE
    WHEN tenant_id = '9188040d-6c67-4c5b-b112-36a304b66dad' THEN 'person ' || md5(coalesce(object_id, lower(email), id))
    WHEN tenant_id IS NOT NULL THEN 'tenant ' || lower(tenant_id)
    ELSE 'subscription ' || id END
$$;--> statement-breakpoint
-- The customer of a subscription: the beneficiary's tenant, or the purchaser's while that is unknown. People with personal
-- accounts share one tenant of Microsoft's, so each is a customer; so is a subscription of which neither is known.
CREATE FUNCTION customer_of_subscription(beneficiary_tenant_id text, beneficiary_object_id text, purchaser_tenant_id text, purchaser_object_id text, id text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
  SELECT CASE coalesce(lower(coalesce(beneficiary_tenant_id, purchaser_tenant_id)), '')
    WHEN '' THEN 'subscription-' || id
    WHEN '9188040d-6c67-4c5b-b112-36a304b66dad' THEN coalesce('person-' || lower(CASE WHEN beneficiary_tenant_id IS NULL THEN purchaser_object_id ELSE beneficiary_object_id END), 'subscription-' || id)
    ELSE lower(coalesce(beneficiary_tenant_id, purchaser_tenant_id)) END
$$;--> statement-breakpoint
-- What a subscription counts for on a day; the days are those of UTC. The conditions are those of the lists that the figures link to.
CREATE FUNCTION days_of_subscription(s subscriptions) RETURNS TABLE(what text, day date)
    LANGUAGE sql STABLE
    AS $$
  SELECT counted.what, (counted.at AT TIME ZONE 'UTC')::date FROM (VALUES
    ('purchased', s.purchased_at, true),
    ('activated', s.purchased_at, s.status IN ('Subscribed', 'Suspended') OR s.activated_at IS NOT NULL),
    ('live', s.purchased_at, s.status IN ('Subscribed', 'Suspended')),
    (CASE WHEN s.auto_renews THEN 'renewing' WHEN NOT s.auto_renews THEN 'ending' ELSE 'unknown' END, s.term_ends_at, s.status = 'Subscribed')
  ) counted(what, at, is_so)
  WHERE counted.is_so AND isfinite(counted.at) AND NOT is_test_purchase(s.is_test, s.sandbox_type, s.session_mode, s.offer_id)
$$;--> statement-breakpoint
CREATE FUNCTION emails_of_subscription(VARIADIC emails text[]) RETURNS tsvector
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
  SELECT array_to_tsvector(coalesce(array_agg(DISTINCT key) FILTER (WHERE key <> ''), '{}'))
  FROM unnest(emails) AS given(email),
    LATERAL (VALUES (lower(left(email, 200))), (lower(left(split_part(email, '@', 2), 200)))) AS keys(key)
$$;--> statement-breakpoint
-- The same for raw copies: bodies of deliveries as hex, and the calls of steps.
CREATE FUNCTION erase_from_copies(deliveries jsonb, steps jsonb) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
BEGIN
  PERFORM set_config('marketdesk.erasure', 'on', true);
  UPDATE webhook_deliveries d SET body = decode(e.body, 'hex') FROM jsonb_to_recordset(deliveries) AS e(id uuid, body text)
  WHERE d.id = e.id;
  UPDATE operation_steps s SET calls = e.calls, note = e.note
  FROM jsonb_to_recordset(steps) AS e(id uuid, calls jsonb, note text) WHERE s.id = e.id;
  PERFORM set_config('marketdesk.erasure', '', true);
END $$;--> statement-breakpoint
-- Writes entries without a person, each with its note where it has one, and drops their salts. Its owner's right, so that the
-- app's own role needs none to change the record.
CREATE FUNCTION erase_from_record(erasure uuid, entries jsonb) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
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
-- As before, and tables of ours alone: with the owner's rights, a table of PostgreSQL's own would be changed as well.
CREATE FUNCTION erase_from_row(table_name text, key jsonb, changes jsonb) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $_$
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
END $_$;--> statement-breakpoint
-- What a search compares: the same as `foldText` of shared/fold-text.ts, without apostrophes. The text is stored in lower case already.
CREATE FUNCTION fold_search(text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $_$
  SELECT translate(normalize(replace(lower(normalize($1, NFKC)), U&'i\0307', 'i'), NFKC),
    U&'\03C2\00AB\00BB\201C\201D\201E\201F\2033\2036\2039\203A\300C\300D\300E\300F\301D\301E\301F\05F4\058A\05BE\2010\2011\2012\2013\2014\2015\2043\2212\301C\3030\30A0''\0060\00B4\02B9\02BB\02BC\02BD\02C8\2018\2019\201A\201B\2032\2035\05F3\A78C\00AD\034F\061C\115F\1160\180E\200B\200C\200D\200E\200F\202A\202B\202C\202D\202E\2060\2061\2062\2063\2064\2066\2067\2068\2069\3164\FE0E\FE0F\FEFF',
    U&'\03C3""""""""""""""""""-------------')
$_$;--> statement-breakpoint
CREATE FUNCTION forget_all_money() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  DELETE FROM money_changes;
  DELETE FROM subscription_money;
  DELETE FROM money_movements;
  DELETE FROM money_months;
  DELETE FROM money_totals;
  RETURN NULL;
END $$;--> statement-breakpoint
-- The ids by which a call to Microsoft can be found: those of the request, and that of Microsoft's operation in its path.
CREATE FUNCTION ids_of_calls(calls jsonb) RETURNS tsvector
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
  SELECT array_to_tsvector(coalesce(array_agg(DISTINCT lower(left(id, 100))) FILTER (WHERE id <> ''), '{}'))
  FROM jsonb_array_elements(calls) AS call,
    LATERAL (VALUES (call->>'requestId'), (call->>'correlationId'), (substring(call->>'path' from '/operations/([^/?]+)'))) AS ids(id)
$$;--> statement-breakpoint
-- Whether a purchase is no customer's: made in Microsoft's sandbox, as a dry run, of an offer's preview, or marked as a test.
CREATE FUNCTION is_test_purchase(is_test boolean, sandbox_type text, session_mode text, offer_id text) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
  SELECT is_test OR lower(coalesce(sandbox_type, 'none')) <> 'none' OR lower(coalesce(session_mode, 'none')) <> 'none' OR lower(offer_id) LIKE '%-preview'
$$;--> statement-breakpoint
CREATE FUNCTION note_customers_of_added() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  INSERT INTO customer_changes
  SELECT DISTINCT customer_of_subscription(beneficiary_tenant_id, beneficiary_object_id, purchaser_tenant_id, purchaser_object_id, id) FROM added;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE FUNCTION note_customers_of_changed() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  INSERT INTO customer_changes VALUES (customer_of_subscription(NEW.beneficiary_tenant_id, NEW.beneficiary_object_id, NEW.purchaser_tenant_id, NEW.purchaser_object_id, NEW.id));
  IF (OLD.beneficiary_tenant_id, OLD.beneficiary_object_id, OLD.purchaser_tenant_id, OLD.purchaser_object_id)
    IS DISTINCT FROM (NEW.beneficiary_tenant_id, NEW.beneficiary_object_id, NEW.purchaser_tenant_id, NEW.purchaser_object_id) THEN
    INSERT INTO customer_changes VALUES (customer_of_subscription(OLD.beneficiary_tenant_id, OLD.beneficiary_object_id, OLD.purchaser_tenant_id, OLD.purchaser_object_id, OLD.id));
  END IF;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE FUNCTION note_customers_of_removed() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  INSERT INTO customer_changes
  SELECT DISTINCT customer_of_subscription(beneficiary_tenant_id, beneficiary_object_id, purchaser_tenant_id, purchaser_object_id, id) FROM removed;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE TABLE confirmations (
    subscription_id text NOT NULL,
    plan_id text NOT NULL,
    quantity integer,
    access confirmed_access NOT NULL,
    reference text,
    evidence text,
    key_id uuid NOT NULL,
    key_name text NOT NULL,
    confirmed_at timestamp(3) with time zone NOT NULL,
    changed_at timestamp(3) with time zone NOT NULL,
    differs_since timestamp(3) with time zone,
    CONSTRAINT confirmations_in_order CHECK ((changed_at <= confirmed_at)),
    CONSTRAINT confirmations_plan CHECK ((plan_id <> ''::text)),
    CONSTRAINT confirmations_quantity_positive CHECK ((quantity > 0))
);--> statement-breakpoint
-- The same as `productDifferences` in shared/product.ts; a test compares the two over every case.
CREATE FUNCTION product_differs(status subscription_status, is_on_hold boolean, plan_id text, quantity integer, product confirmations) RETURNS boolean
    LANGUAGE sql IMMUTABLE
    AS $$
  SELECT CASE status
    WHEN 'Unsubscribed' THEN product.access <> 'ended'
    ELSE product.plan_id <> plan_id
      OR coalesce(product.quantity <> quantity, false)
      OR (status <> 'PendingFulfillmentStart'
        AND (product.access = 'ended' OR (product.access = 'full') <> (status = 'Subscribed' AND NOT is_on_hold)))
  END
$$;--> statement-breakpoint
-- What arrived and what happened cannot be rewritten, but for the erasure of a person, which must say so.
CREATE FUNCTION refuse_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  IF TG_OP <> 'UPDATE' OR current_setting('marketdesk.erasure', true) IS DISTINCT FROM 'on' THEN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NULL;
END $$;--> statement-breakpoint
-- Append-only, but for the erasure of a person, which must say so.
CREATE FUNCTION refuse_change_but_erasure() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  IF current_setting('marketdesk.erasure', true) IS DISTINCT FROM 'on' THEN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NULL;
END $$;--> statement-breakpoint
-- Written from within the trigger of activity alone.
CREATE FUNCTION refuse_direct_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  IF pg_trigger_depth() < 2 THEN
    RAISE EXCEPTION '% is written by the record of activity alone', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NULL;
END $$;--> statement-breakpoint
-- Raw deliveries and calls stay append-only, but for the job that lets go of old ones: it must say so, and even then no row
-- goes before its least time, which the trigger's argument gives in days. Ids are time-ordered: their first 48 bits are the time.
CREATE FUNCTION refuse_early_end() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  IF current_setting('marketdesk.retention', true) IS DISTINCT FROM 'on'
    OR to_timestamp(('x' || translate(left(OLD.id::text, 13), '-', ''))::bit(48)::bigint / 1000.0) > now() - make_interval(days => TG_ARGV[0]::int) THEN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN OLD;
END $$;--> statement-breakpoint
-- Removes the oldest raw copies before an id. The triggers of the tables keep what is younger than its minimum time.
CREATE FUNCTION remove_old_copies(kind text, before uuid, max_rows integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
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
END $$;--> statement-breakpoint
-- Purchases that Microsoft activated itself wait for somebody to onboard the customer. Only recent ones: what a first
-- comparison finds was onboarded long ago.
CREATE FUNCTION wait_for_onboarding_of_added() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  INSERT INTO onboardings (subscription_id, since)
  SELECT id, created_at FROM added
  WHERE status = 'Subscribed' AND contact_email IS NULL AND (
    first_seen_by <> 'reconcile' AND coalesce(purchased_at > created_at - interval '7 days', true)
    OR purchased_at > created_at - interval '7 days' AND EXISTS (SELECT FROM reconcile_runs WHERE finished_at IS NOT NULL))
  ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE FUNCTION wait_for_onboarding_of_changed() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  IF NEW.status = 'Unsubscribed' THEN
    DELETE FROM onboardings WHERE subscription_id = NEW.id;
  ELSIF NEW.contact_email IS NULL AND NOT EXISTS (SELECT FROM operations WHERE subscription_id = NEW.id AND action = 'Activate') THEN
    INSERT INTO onboardings (subscription_id, since) VALUES (NEW.id, NEW.status_since) ON CONFLICT DO NOTHING;
  END IF;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE TABLE activation_policies (
    id uuid NOT NULL,
    version integer NOT NULL,
    offer_id text,
    plan_id text,
    follows_wider boolean DEFAULT false NOT NULL,
    way text,
    reason text NOT NULL,
    actor_kind actor_kind NOT NULL,
    actor_id text,
    actor_name text NOT NULL,
    created_at timestamp(3) with time zone NOT NULL,
    CONSTRAINT activation_policies_no_empty_ids CHECK (((offer_id <> ''::text) AND (plan_id <> ''::text))),
    CONSTRAINT activation_policies_plan_of_offer CHECK (((offer_id IS NOT NULL) OR (plan_id IS NULL))),
    CONSTRAINT activation_policies_reason CHECK ((reason <> ''::text)),
    CONSTRAINT activation_policies_version_positive CHECK ((version > 0)),
    CONSTRAINT activation_policies_way CHECK ((way = ANY (ARRAY['at_once'::text, 'staff'::text, 'product'::text]))),
    CONSTRAINT activation_policies_way_or_wider CHECK ((follows_wider = (way IS NULL))),
    CONSTRAINT activation_policies_wider_of_all CHECK (((NOT follows_wider) OR (offer_id IS NOT NULL)))
);--> statement-breakpoint
CREATE TABLE activity_chain (
    stream_id bigint NOT NULL,
    seq bigint NOT NULL,
    activity_id uuid NOT NULL,
    hash bytea NOT NULL,
    version smallint DEFAULT 2 NOT NULL,
    commitment bytea,
    salt bytea
);--> statement-breakpoint
-- The record of activity is chained as it is committed. Each stream's row is updated once for each entry: room on the page
-- keeps that off the indexes.
CREATE TABLE activity_streams (
    id bigint NOT NULL,
    name text NOT NULL,
    count bigint NOT NULL,
    hash bytea NOT NULL
)
WITH (fillfactor='60', autovacuum_vacuum_scale_factor='0.05');--> statement-breakpoint
ALTER TABLE activity_streams ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME activity_streams_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);--> statement-breakpoint
CREATE TABLE alarms (
    kind text NOT NULL,
    instance text NOT NULL,
    what text NOT NULL,
    remedy text NOT NULL,
    since timestamp(3) with time zone NOT NULL,
    seen_at timestamp(3) with time zone NOT NULL
);--> statement-breakpoint
CREATE TABLE api_keys (
    id uuid NOT NULL,
    name text NOT NULL,
    hash text NOT NULL,
    ending text NOT NULL,
    created_by_id text,
    created_by_name text NOT NULL,
    created_at timestamp(3) with time zone NOT NULL,
    last_used_at timestamp(3) with time zone,
    revoked_at timestamp(3) with time zone,
    revoked_by text,
    revoked_reason text,
    scopes text[],
    expires_at timestamp(3) with time zone,
    no_expiry_reason text,
    CONSTRAINT api_keys_expiry CHECK (((expires_at IS NULL) OR (no_expiry_reason IS NULL))),
    CONSTRAINT api_keys_hash_of_key CHECK ((hash ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT api_keys_name CHECK ((name <> ''::text)),
    CONSTRAINT api_keys_revoked_whole CHECK ((num_nonnulls(revoked_at, revoked_by, revoked_reason) = ANY (ARRAY[0, 3]))),
    CONSTRAINT api_keys_scopes CHECK ((cardinality(scopes) > 0))
);--> statement-breakpoint
CREATE TABLE awaited_visits (
    id uuid NOT NULL,
    visit text NOT NULL,
    fingerprint text NOT NULL,
    language text NOT NULL,
    created_at timestamp(3) with time zone NOT NULL,
    subscription_id text
);--> statement-breakpoint
CREATE TABLE brandings (
    id uuid NOT NULL,
    version integer NOT NULL,
    publisher_name text NOT NULL,
    accent text,
    support_email text,
    support_url text,
    terms_url text,
    privacy_url text,
    next_steps text,
    logo text,
    reason text NOT NULL,
    actor_kind actor_kind NOT NULL,
    actor_id text,
    actor_name text NOT NULL,
    created_at timestamp(3) with time zone NOT NULL,
    CONSTRAINT brandings_accent CHECK ((accent ~ '^#[0-9a-f]{6}$'::text)),
    CONSTRAINT brandings_reason CHECK ((reason <> ''::text))
);--> statement-breakpoint
CREATE TABLE bulk_rows (
    run_id uuid NOT NULL,
    subscription_id text NOT NULL,
    state bulk_row_state NOT NULL,
    plan text NOT NULL,
    result text,
    operation_id uuid,
    ended_at timestamp(3) with time zone,
    CONSTRAINT bulk_rows_result_at_end CHECK (((state = ANY (ARRAY['done'::bulk_row_state, 'failed'::bulk_row_state])) = ((result IS NOT NULL) AND (ended_at IS NOT NULL))))
);--> statement-breakpoint
CREATE TABLE bulk_runs (
    id uuid NOT NULL,
    action jsonb NOT NULL,
    filters jsonb,
    state bulk_state NOT NULL,
    stop_reason text,
    owner_id text NOT NULL,
    owner_name text NOT NULL,
    total integer NOT NULL,
    created_at timestamp(3) with time zone NOT NULL,
    started_at timestamp(3) with time zone,
    finished_at timestamp(3) with time zone,
    CONSTRAINT bulk_runs_finished CHECK (((state = 'finished'::bulk_state) = (finished_at IS NOT NULL))),
    CONSTRAINT bulk_runs_started CHECK (((state = 'planned'::bulk_state) OR (started_at IS NOT NULL))),
    CONSTRAINT bulk_runs_stopped CHECK (((state = 'stopped'::bulk_state) = (stop_reason IS NOT NULL)))
);--> statement-breakpoint
CREATE TABLE cancel_policy (
    is_only_row boolean DEFAULT true NOT NULL,
    needs_second_person boolean NOT NULL,
    waits_hours integer NOT NULL,
    version integer NOT NULL,
    updated_at timestamp(3) with time zone NOT NULL,
    updated_by_name text NOT NULL,
    CONSTRAINT cancel_policy_one_row CHECK (is_only_row),
    CONSTRAINT cancel_policy_waits CHECK (((waits_hours >= 1) AND (waits_hours <= 720)))
);--> statement-breakpoint
CREATE TABLE cancel_requests (
    id uuid NOT NULL,
    subscription_id text NOT NULL,
    state text NOT NULL,
    reason text NOT NULL,
    reason_code text,
    requested_by_id text NOT NULL,
    requested_by_name text NOT NULL,
    requested_at timestamp(3) with time zone NOT NULL,
    expires_at timestamp(3) with time zone NOT NULL,
    decided_by_id text,
    decided_by_name text,
    decided_at timestamp(3) with time zone,
    decision_reason text,
    operation_id uuid,
    requested_by_kind actor_kind DEFAULT 'staff'::actor_kind NOT NULL,
    CONSTRAINT cancel_requests_decided CHECK ((((state = 'waiting'::text) = (decided_at IS NULL)) AND ((decided_at IS NULL) = (decided_by_name IS NULL)))),
    CONSTRAINT cancel_requests_expiry CHECK ((expires_at > requested_at)),
    CONSTRAINT cancel_requests_operation CHECK (((state = 'approved'::text) = (operation_id IS NOT NULL))),
    CONSTRAINT cancel_requests_second_person CHECK (((state <> 'approved'::text) OR (decided_by_id <> requested_by_id)))
);--> statement-breakpoint
CREATE TABLE change_rules (
    id uuid NOT NULL,
    version integer NOT NULL,
    offer_id text,
    plan_id text,
    follows_wider boolean DEFAULT false NOT NULL,
    allowed_plans text[],
    min_quantity integer,
    max_quantity integer,
    reason text NOT NULL,
    actor_kind actor_kind NOT NULL,
    actor_id text,
    actor_name text NOT NULL,
    created_at timestamp(3) with time zone NOT NULL,
    asks_staff boolean DEFAULT false NOT NULL,
    CONSTRAINT change_rules_no_empty_ids CHECK (((offer_id <> ''::text) AND (plan_id <> ''::text) AND (array_position(allowed_plans, NULL::text) IS NULL) AND (array_position(allowed_plans, ''::text) IS NULL))),
    CONSTRAINT change_rules_nothing_of_its_own CHECK (((NOT follows_wider) OR ((offer_id IS NOT NULL) AND (num_nonnulls(allowed_plans, min_quantity, max_quantity) = 0)))),
    CONSTRAINT change_rules_plan_of_offer CHECK (((offer_id IS NOT NULL) OR (plan_id IS NULL))),
    CONSTRAINT change_rules_plans_of_offer CHECK (((offer_id IS NOT NULL) OR (allowed_plans IS NULL) OR (cardinality(allowed_plans) = 0))),
    CONSTRAINT change_rules_reason CHECK ((reason <> ''::text)),
    CONSTRAINT change_rules_seats_in_order CHECK ((min_quantity <= max_quantity)),
    CONSTRAINT change_rules_seats_positive CHECK (((min_quantity > 0) AND (max_quantity > 0))),
    CONSTRAINT change_rules_version_positive CHECK ((version > 0))
);--> statement-breakpoint
CREATE TABLE channels (
    id uuid NOT NULL,
    name text NOT NULL,
    address text,
    host text NOT NULL,
    created_by_name text NOT NULL,
    created_at timestamp(3) with time zone NOT NULL,
    tested_at timestamp(3) with time zone,
    removed_at timestamp(3) with time zone,
    CONSTRAINT channels_address CHECK (((removed_at IS NULL) = (address IS NOT NULL))),
    CONSTRAINT channels_name CHECK ((name <> ''::text))
);--> statement-breakpoint
CREATE TABLE column_choices (
    staff_id text NOT NULL,
    columns text[] NOT NULL,
    CONSTRAINT column_choices_name CHECK (('name'::text = ANY (columns)))
);--> statement-breakpoint
CREATE TABLE credentials (
    app text NOT NULL,
    client_id text NOT NULL,
    kind text NOT NULL,
    fingerprint text NOT NULL,
    ends_on date,
    told_by text,
    seen_at timestamp(3) with time zone NOT NULL,
    CONSTRAINT credentials_told CHECK (((told_by IS NULL) OR (ends_on IS NOT NULL)))
);--> statement-breakpoint
-- Appended rows are soon deleted: the table stays small when its dead rows go soon too.
CREATE TABLE customer_changes (
    customer_id text NOT NULL
)
WITH (autovacuum_vacuum_scale_factor='0', autovacuum_vacuum_threshold='2000', autovacuum_vacuum_insert_threshold='-1');--> statement-breakpoint
CREATE TABLE customer_mails (
    id uuid NOT NULL,
    subscription_id text NOT NULL,
    recipient text NOT NULL,
    language text NOT NULL,
    subject text NOT NULL,
    body text NOT NULL,
    written_by_name text NOT NULL,
    written_at timestamp(3) with time zone NOT NULL,
    CONSTRAINT customer_mails_text CHECK (((subject <> ''::text) AND (body <> ''::text)))
);--> statement-breakpoint
CREATE TABLE customers (
    id text NOT NULL,
    merged_into text,
    owner_id text,
    owner_name text,
    tags text[] DEFAULT '{}'::text[] NOT NULL,
    name text NOT NULL,
    domains text[] NOT NULL,
    offers text[] NOT NULL,
    subscriptions integer NOT NULL,
    active_subscriptions integer NOT NULL,
    seats bigint NOT NULL,
    purchased_at timestamp(3) with time zone,
    term_ends_at timestamp(3) with time zone,
    is_test boolean NOT NULL,
    search_text text NOT NULL,
    derived_at timestamp(3) with time zone NOT NULL,
    CONSTRAINT customers_not_own_member CHECK ((merged_into <> id)),
    CONSTRAINT customers_owner_whole CHECK ((num_nonnulls(owner_id, owner_name) = ANY (ARRAY[0, 2]))),
    CONSTRAINT customers_tags CHECK (((cardinality(tags) <= 20) AND (array_position(tags, NULL::text) IS NULL) AND (array_position(tags, ''::text) IS NULL)))
);--> statement-breakpoint
CREATE TABLE daily_activations (
    day date NOT NULL,
    offer_id text NOT NULL,
    step smallint NOT NULL,
    count integer NOT NULL,
    total_ms bigint NOT NULL
);--> statement-breakpoint
CREATE TABLE daily_flows (
    day date NOT NULL,
    offer_id text NOT NULL,
    purchased integer DEFAULT 0 NOT NULL,
    ended_unseen integer DEFAULT 0 NOT NULL,
    activated integer DEFAULT 0 NOT NULL,
    ended integer DEFAULT 0 NOT NULL,
    trials_ended integer DEFAULT 0 NOT NULL,
    trials_converted integer DEFAULT 0 NOT NULL,
    suspended integer DEFAULT 0 NOT NULL,
    reinstated integer DEFAULT 0 NOT NULL
);--> statement-breakpoint
CREATE TABLE daily_states (
    day date NOT NULL,
    offer_id text NOT NULL,
    plan_id text NOT NULL,
    pending integer DEFAULT 0 NOT NULL,
    subscribed integer DEFAULT 0 NOT NULL,
    suspended integer DEFAULT 0 NOT NULL,
    trials integer DEFAULT 0 NOT NULL,
    seats bigint DEFAULT 0 NOT NULL
);--> statement-breakpoint
CREATE TABLE day_count_changes (
    what text NOT NULL,
    day date NOT NULL,
    offer_id text NOT NULL,
    count bigint NOT NULL
);--> statement-breakpoint
CREATE TABLE day_counts (
    what text NOT NULL,
    day date NOT NULL,
    offer_id text NOT NULL,
    count bigint NOT NULL
);--> statement-breakpoint
CREATE TABLE destinations (
    id uuid NOT NULL,
    version integer NOT NULL,
    offer_id text,
    plan_id text,
    follows_wider boolean DEFAULT false NOT NULL,
    mode text,
    url text,
    opens_on_return boolean DEFAULT false NOT NULL,
    reason text NOT NULL,
    actor_kind actor_kind NOT NULL,
    actor_id text,
    actor_name text NOT NULL,
    created_at timestamp(3) with time zone NOT NULL,
    CONSTRAINT destinations_mode CHECK ((mode = ANY (ARRAY['page'::text, 'button'::text, 'after_activation'::text, 'instead'::text]))),
    CONSTRAINT destinations_mode_or_wider CHECK ((follows_wider = (mode IS NULL))),
    CONSTRAINT destinations_no_empty_ids CHECK (((offer_id <> ''::text) AND (plan_id <> ''::text))),
    CONSTRAINT destinations_plan_of_offer CHECK (((offer_id IS NOT NULL) OR (plan_id IS NULL))),
    CONSTRAINT destinations_reason CHECK ((reason <> ''::text)),
    CONSTRAINT destinations_return_needs_url CHECK (((NOT opens_on_return) OR (url IS NOT NULL))),
    CONSTRAINT destinations_url CHECK ((((url IS NOT NULL) = (COALESCE(mode, 'page'::text) <> 'page'::text)) AND ((url IS NULL) OR (url ~ '^https?://'::text)))),
    CONSTRAINT destinations_version_positive CHECK ((version > 0)),
    CONSTRAINT destinations_wider_of_all CHECK (((NOT follows_wider) OR (offer_id IS NOT NULL)))
);--> statement-breakpoint
CREATE TABLE differences (
    id uuid NOT NULL,
    at timestamp(3) with time zone NOT NULL,
    run_id uuid,
    subscription_id text,
    kind text NOT NULL,
    held jsonb,
    truth jsonb,
    cause text,
    done text NOT NULL,
    error text,
    CONSTRAINT differences_error_of_failure CHECK (((done = 'failed'::text) = (error IS NOT NULL)))
);--> statement-breakpoint
CREATE TABLE endpoints (
    id uuid NOT NULL,
    name text NOT NULL,
    address text NOT NULL,
    event_types text[],
    offer_ids text[],
    secret text,
    previous_secret text,
    previous_secret_ends_at timestamp(3) with time zone,
    secret_changed_at timestamp(3) with time zone NOT NULL,
    created_by_name text NOT NULL,
    created_at timestamp(3) with time zone NOT NULL,
    removed_at timestamp(3) with time zone,
    CONSTRAINT endpoints_event_types CHECK ((cardinality(event_types) > 0)),
    CONSTRAINT endpoints_name CHECK ((name <> ''::text)),
    CONSTRAINT endpoints_offer_ids CHECK ((cardinality(offer_ids) > 0)),
    CONSTRAINT endpoints_previous_secret CHECK (((previous_secret IS NULL) = (previous_secret_ends_at IS NULL))),
    CONSTRAINT endpoints_secret CHECK (((removed_at IS NULL) = (secret IS NOT NULL)))
);--> statement-breakpoint
CREATE TABLE erased_entries (
    activity_id uuid NOT NULL,
    erasure_id uuid NOT NULL
);--> statement-breakpoint
CREATE TABLE escalations (
    id text NOT NULL,
    escalation jsonb NOT NULL,
    since timestamp(3) with time zone NOT NULL,
    CONSTRAINT escalations_one CHECK ((id = 'all'::text))
);--> statement-breakpoint
CREATE SEQUENCE events_sequence
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;--> statement-breakpoint
CREATE TABLE events (
    id uuid NOT NULL,
    "position" bigint,
    sequence bigint DEFAULT nextval('events_sequence'::regclass),
    CONSTRAINT events_position_positive CHECK (("position" > 0))
);--> statement-breakpoint
CREATE TABLE hourly_webhooks (
    hour timestamp(3) with time zone NOT NULL,
    accepted integer DEFAULT 0 NOT NULL,
    duplicates integer DEFAULT 0 NOT NULL,
    unprocessable integer DEFAULT 0 NOT NULL,
    refused_so_far bigint DEFAULT 0 NOT NULL,
    within1s integer DEFAULT 0 NOT NULL,
    within3s integer DEFAULT 0 NOT NULL,
    within10s integer DEFAULT 0 NOT NULL,
    later integer DEFAULT 0 NOT NULL,
    CONSTRAINT hourly_webhooks_whole_hour CHECK ((hour = date_trunc('hour'::text, hour, 'UTC'::text)))
);--> statement-breakpoint
CREATE TABLE idempotent_calls (
    api_key_id uuid NOT NULL,
    idempotency_key text NOT NULL,
    fingerprint text NOT NULL,
    operation_id uuid NOT NULL,
    created_at timestamp(3) with time zone NOT NULL,
    claimed_at timestamp(3) with time zone NOT NULL,
    outcome jsonb,
    CONSTRAINT idempotent_calls_fingerprint CHECK ((fingerprint ~ '^[0-9a-f]{64}$'::text))
);--> statement-breakpoint
CREATE TABLE instances (
    name text NOT NULL,
    proved_at timestamp(3) with time zone NOT NULL
);--> statement-breakpoint
CREATE TABLE landing_troubles (
    support_code text NOT NULL,
    at timestamp(3) with time zone NOT NULL,
    kind text NOT NULL,
    status integer,
    summary text NOT NULL,
    correlation_id text
);--> statement-breakpoint
CREATE TABLE list_layouts (
    staff_id text NOT NULL,
    view text NOT NULL,
    widths jsonb NOT NULL,
    is_comfortable boolean DEFAULT true NOT NULL
);--> statement-breakpoint
CREATE TABLE logos (
    sha256 text NOT NULL,
    type text NOT NULL,
    bytes bytea NOT NULL,
    CONSTRAINT logos_size CHECK (((length(bytes) >= 1) AND (length(bytes) <= 65536)))
);--> statement-breakpoint
CREATE TABLE marketplace_calls (
    id uuid NOT NULL,
    at timestamp(3) with time zone NOT NULL,
    request_id uuid NOT NULL,
    correlation_id uuid NOT NULL,
    method text NOT NULL,
    path text NOT NULL,
    status smallint,
    attempt smallint NOT NULL,
    duration_ms integer NOT NULL
);--> statement-breakpoint
-- Appended rows are soon counted and deleted: the table stays small when its dead rows go soon too.
CREATE TABLE money_changes (
    seq bigint NOT NULL,
    subscription_id text NOT NULL,
    at timestamp(3) with time zone NOT NULL,
    status subscription_status,
    offer_id text,
    plan_id text,
    term_unit text,
    quantity integer,
    is_free_trial boolean,
    auto_renews boolean,
    term_ends_at timestamp(3) with time zone,
    is_test boolean,
    is_reseller boolean,
    customer_key text,
    is_waiting boolean DEFAULT false NOT NULL
)
WITH (autovacuum_vacuum_scale_factor='0', autovacuum_vacuum_threshold='2000', autovacuum_vacuum_insert_threshold='-1');--> statement-breakpoint
ALTER TABLE money_changes ALTER COLUMN seq ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME money_changes_seq_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);--> statement-breakpoint
CREATE TABLE money_months (
    month date NOT NULL,
    kind text NOT NULL,
    offer_id text NOT NULL,
    plan_id text NOT NULL,
    channel text NOT NULL,
    currency text NOT NULL,
    amount numeric NOT NULL
);--> statement-breakpoint
CREATE TABLE money_movements (
    id bigint NOT NULL,
    subscription_id text NOT NULL,
    at timestamp(3) with time zone NOT NULL,
    month date NOT NULL,
    kind text NOT NULL,
    offer_id text NOT NULL,
    plan_id text NOT NULL,
    channel text NOT NULL,
    currency text NOT NULL,
    amount numeric NOT NULL
);--> statement-breakpoint
ALTER TABLE money_movements ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME money_movements_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);--> statement-breakpoint
CREATE TABLE money_totals (
    state text NOT NULL,
    offer_id text NOT NULL,
    plan_id text NOT NULL,
    channel text NOT NULL,
    currency text NOT NULL,
    subscriptions bigint NOT NULL,
    monthly numeric NOT NULL
);--> statement-breakpoint
CREATE TABLE notice_event_position (
    id text NOT NULL,
    "position" bigint NOT NULL,
    CONSTRAINT notice_event_position_one CHECK ((id = 'all'::text))
);--> statement-breakpoint
CREATE TABLE notice_events (
    event_id uuid NOT NULL,
    target text NOT NULL,
    subscriber text NOT NULL,
    frequency text NOT NULL,
    seen_at timestamp(3) with time zone NOT NULL,
    notice_id uuid
);--> statement-breakpoint
CREATE TABLE notice_needs (
    notice_id uuid NOT NULL,
    need_id bigint NOT NULL,
    target text NOT NULL,
    type text NOT NULL,
    used_at timestamp(3) with time zone
);--> statement-breakpoint
CREATE TABLE notices (
    id uuid NOT NULL,
    type text NOT NULL,
    target text NOT NULL,
    frequency text NOT NULL,
    created_at timestamp(3) with time zone NOT NULL
);--> statement-breakpoint
CREATE TABLE notification_settings (
    subscriber text NOT NULL,
    settings jsonb NOT NULL,
    since timestamp(3) with time zone NOT NULL
);--> statement-breakpoint
CREATE TABLE offers (
    offer_id text NOT NULL,
    name text NOT NULL,
    named_at timestamp(3) with time zone NOT NULL,
    named_by_name text NOT NULL
);--> statement-breakpoint
CREATE TABLE onboardings (
    subscription_id text NOT NULL,
    since timestamp(3) with time zone NOT NULL
);--> statement-breakpoint
CREATE TABLE operation_steps (
    id uuid NOT NULL,
    operation_id uuid NOT NULL,
    started_at timestamp(3) with time zone NOT NULL,
    ended_at timestamp(3) with time zone NOT NULL,
    step text NOT NULL,
    stage operation_stage NOT NULL,
    note text,
    calls jsonb NOT NULL
);--> statement-breakpoint
CREATE TABLE operations (
    id uuid NOT NULL,
    marketplace_id text,
    subscription_id text NOT NULL,
    action text NOT NULL,
    source operation_source NOT NULL,
    stage operation_stage NOT NULL,
    status text,
    outcome operation_outcome,
    plan_id text,
    quantity integer,
    decision text,
    decision_reason text,
    answer_due_at timestamp(3) with time zone,
    acknowledged_at timestamp(3) with time zone,
    actor_kind actor_kind NOT NULL,
    actor_id text,
    actor_name text NOT NULL,
    reason text,
    sent_at timestamp(3) with time zone,
    attempts integer DEFAULT 0 NOT NULL,
    last_error text,
    stuck_at timestamp(3) with time zone,
    created_at timestamp(3) with time zone NOT NULL,
    updated_at timestamp(3) with time zone NOT NULL,
    settled_at timestamp(3) with time zone,
    decision_rule_id uuid,
    decision_rule_version integer,
    held_plan_id text,
    held_quantity integer,
    reason_code text,
    due_at timestamp(3) with time zone,
    claimed_by text,
    claimed_at timestamp(3) with time zone,
    term_ends_on text,
    occurred_at timestamp(3) with time zone,
    effect_awaited_since timestamp(3) with time zone,
    attention text,
    CONSTRAINT operations_accepted_was_sent CHECK (((stage <> 'accepted'::operation_stage) OR (sent_at IS NOT NULL))),
    CONSTRAINT operations_claimed_while_due CHECK (((claimed_by IS NULL) OR ((claimed_at IS NOT NULL) AND (due_at IS NOT NULL)))),
    CONSTRAINT operations_decision_reason CHECK (((decision IS NULL) = (decision_reason IS NULL))),
    CONSTRAINT operations_decision_rule CHECK (((COALESCE((decision_rule_version > 0), false) = (decision_rule_id IS NOT NULL)) AND ((decision_rule_version IS NULL) OR (decision IS NOT NULL)))),
    CONSTRAINT operations_due_while_open CHECK (((due_at IS NOT NULL) = ((stage <> 'settled'::operation_stage) AND (stuck_at IS NULL)))),
    CONSTRAINT operations_outcome_at_end CHECK (((stage = 'settled'::operation_stage) = (outcome IS NOT NULL))),
    CONSTRAINT operations_settled_at CHECK (((stage = 'settled'::operation_stage) = (settled_at IS NOT NULL))),
    CONSTRAINT operations_stage_of_source CHECK (((stage <> ALL (ARRAY['requested'::operation_stage, 'accepted'::operation_stage])) OR (source = 'Partner'::operation_source)))
);--> statement-breakpoint
CREATE TABLE outbox_attempts (
    id bigint NOT NULL,
    message bigint NOT NULL,
    at timestamp(3) with time zone NOT NULL,
    duration_ms integer NOT NULL,
    outcome text NOT NULL,
    status integer,
    problem text,
    request jsonb,
    answer text
);--> statement-breakpoint
ALTER TABLE outbox_attempts ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME outbox_attempts_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);--> statement-breakpoint
CREATE TABLE outbox_lanes (
    receiver_id uuid NOT NULL,
    lane text NOT NULL,
    due_at timestamp(3) with time zone NOT NULL,
    version integer DEFAULT 0 NOT NULL,
    claimed_by uuid,
    claimed_until timestamp(3) with time zone,
    CONSTRAINT outbox_lanes_claim CHECK (((claimed_by IS NULL) = (claimed_until IS NULL)))
);--> statement-breakpoint
CREATE TABLE outbox_messages (
    id bigint NOT NULL,
    receiver_id uuid NOT NULL,
    lane text NOT NULL,
    message_id uuid NOT NULL,
    about text NOT NULL,
    type text NOT NULL,
    subscription_id text,
    state text NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    first_attempt_at timestamp(3) with time zone,
    problem text,
    created_at timestamp(3) with time zone NOT NULL,
    ended_at timestamp(3) with time zone,
    resend_id uuid,
    CONSTRAINT outbox_messages_ended CHECK (((state = 'waiting'::text) = (ended_at IS NULL)))
);--> statement-breakpoint
ALTER TABLE outbox_messages ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME outbox_messages_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);--> statement-breakpoint
CREATE TABLE outbox_receivers (
    id uuid NOT NULL,
    kind text NOT NULL,
    state text NOT NULL,
    state_reason text,
    state_since timestamp(3) with time zone NOT NULL,
    failing_since timestamp(3) with time zone,
    failing_lanes integer DEFAULT 0 NOT NULL,
    waits_until timestamp(3) with time zone,
    delivered_at timestamp(3) with time zone,
    CONSTRAINT outbox_receivers_failing CHECK (((failing_lanes > 0) = (failing_since IS NOT NULL))),
    CONSTRAINT outbox_receivers_state_reason CHECK (((state = ANY (ARRAY['paused'::text, 'disabled'::text])) = (state_reason IS NOT NULL)))
);--> statement-breakpoint
CREATE TABLE planned_changes (
    id uuid NOT NULL,
    subscription_id text NOT NULL,
    action text NOT NULL,
    plan_id text,
    quantity integer,
    summary text NOT NULL,
    due_on date NOT NULL,
    term_ends_on date,
    until_on date,
    state text NOT NULL,
    reason text NOT NULL,
    reason_code text,
    planned_by_id text NOT NULL,
    planned_by_name text NOT NULL,
    planned_at timestamp(3) with time zone NOT NULL,
    retry_at timestamp(3) with time zone,
    problem text,
    operation_id uuid,
    ended_at timestamp(3) with time zone,
    ended_by_name text,
    seen_plan_id text,
    seen_quantity integer,
    CONSTRAINT planned_changes_ended CHECK ((((state = ANY (ARRAY['waiting'::text, 'requested'::text])) = (ended_at IS NULL)) AND ((ended_at IS NULL) = (ended_by_name IS NULL)))),
    CONSTRAINT planned_changes_operation CHECK (((state <> 'requested'::text) OR (operation_id IS NOT NULL))),
    CONSTRAINT planned_changes_plan CHECK (((action = 'changePlan'::text) = (plan_id IS NOT NULL))),
    CONSTRAINT planned_changes_quantity CHECK ((((action = 'changeQuantity'::text) = (quantity IS NOT NULL)) AND (quantity > 0))),
    CONSTRAINT planned_changes_until CHECK (((until_on IS NULL) OR ((action = 'suspend'::text) AND (until_on > due_on))))
);--> statement-breakpoint
CREATE TABLE plans (
    offer_id text NOT NULL,
    plan_id text NOT NULL,
    name text NOT NULL,
    is_price_per_seat boolean NOT NULL,
    min_quantity integer,
    max_quantity integer,
    price text,
    seen_at timestamp(3) with time zone NOT NULL,
    is_private boolean DEFAULT false NOT NULL
);--> statement-breakpoint
CREATE TABLE policy_changes (
    id uuid NOT NULL,
    policy text NOT NULL,
    scope text NOT NULL,
    input jsonb NOT NULL,
    summary text NOT NULL,
    reason text NOT NULL,
    state text NOT NULL,
    requested_by_id text NOT NULL,
    requested_by_name text NOT NULL,
    requested_at timestamp(3) with time zone NOT NULL,
    applies_at timestamp(3) with time zone NOT NULL,
    decided_by_id text,
    decided_by_name text,
    decided_at timestamp(3) with time zone,
    decision_reason text,
    CONSTRAINT policy_changes_decided CHECK ((((state = 'waiting'::text) = (decided_at IS NULL)) AND ((decided_at IS NULL) = (decided_by_name IS NULL)))),
    CONSTRAINT policy_changes_second_admin CHECK (((state <> 'approved'::text) OR ((decided_by_id IS NOT NULL) AND (decided_by_id <> requested_by_id)))),
    CONSTRAINT policy_changes_wait CHECK ((applies_at > requested_at))
);--> statement-breakpoint
CREATE TABLE purchase_refusals (
    is_only_row boolean DEFAULT true NOT NULL,
    since timestamp(3) with time zone NOT NULL,
    last_at timestamp(3) with time zone NOT NULL,
    visits integer NOT NULL,
    status integer,
    code text,
    message text NOT NULL,
    CONSTRAINT purchase_refusals_one_row CHECK (is_only_row)
);--> statement-breakpoint
CREATE TABLE purchaser_languages (
    subscription_id text NOT NULL,
    language text NOT NULL
);--> statement-breakpoint
CREATE TABLE purchaser_mail_position (
    id text NOT NULL,
    "position" bigint NOT NULL,
    since timestamp(3) with time zone NOT NULL,
    CONSTRAINT purchaser_mail_position_one CHECK ((id = 'all'::text))
);--> statement-breakpoint
CREATE TABLE purchaser_mails (
    kind text NOT NULL,
    is_enabled boolean NOT NULL,
    texts jsonb NOT NULL,
    changed_by_name text NOT NULL,
    changed_at timestamp(3) with time zone NOT NULL
);--> statement-breakpoint
CREATE TABLE push_browsers (
    id uuid NOT NULL,
    staff_id text NOT NULL,
    name text NOT NULL,
    host text NOT NULL,
    subscription text NOT NULL,
    fingerprint text NOT NULL,
    created_at timestamp(3) with time zone NOT NULL
);--> statement-breakpoint
CREATE TABLE question_sets (
    id uuid NOT NULL,
    version integer NOT NULL,
    offer_id text,
    plan_id text,
    follows_wider boolean DEFAULT false NOT NULL,
    questions jsonb,
    reason text NOT NULL,
    actor_kind actor_kind NOT NULL,
    actor_id text,
    actor_name text NOT NULL,
    created_at timestamp(3) with time zone NOT NULL,
    CONSTRAINT question_sets_list CHECK ((jsonb_typeof(questions) = 'array'::text)),
    CONSTRAINT question_sets_no_empty_ids CHECK (((offer_id <> ''::text) AND (plan_id <> ''::text))),
    CONSTRAINT question_sets_plan_of_offer CHECK (((offer_id IS NOT NULL) OR (plan_id IS NULL))),
    CONSTRAINT question_sets_questions_or_wider CHECK ((follows_wider = (questions IS NULL))),
    CONSTRAINT question_sets_reason CHECK ((reason <> ''::text)),
    CONSTRAINT question_sets_version_positive CHECK ((version > 0)),
    CONSTRAINT question_sets_wider_of_all CHECK (((NOT follows_wider) OR (offer_id IS NOT NULL)))
);--> statement-breakpoint
CREATE TABLE reason_codes (
    id text NOT NULL,
    name text NOT NULL,
    actions text[] NOT NULL,
    created_at timestamp(3) with time zone NOT NULL,
    created_by_name text NOT NULL,
    retired_at timestamp(3) with time zone,
    retired_by_name text,
    CONSTRAINT reason_codes_actions CHECK (((cardinality(actions) > 0) AND (actions <@ ARRAY['activate'::text, 'changePlan'::text, 'changeQuantity'::text, 'suspend'::text, 'reinstate'::text, 'cancel'::text, 'refuse'::text]))),
    CONSTRAINT reason_codes_id CHECK ((id ~ '^[a-z0-9_]{1,60}$'::text)),
    CONSTRAINT reason_codes_name CHECK ((name <> ''::text)),
    CONSTRAINT reason_codes_retired_whole CHECK ((num_nonnulls(retired_at, retired_by_name) = ANY (ARRAY[0, 2])))
);--> statement-breakpoint
CREATE TABLE reconcile_runs (
    id uuid NOT NULL,
    trigger text NOT NULL,
    started_by_name text,
    started_at timestamp(3) with time zone NOT NULL,
    finished_at timestamp(3) with time zone,
    continuation text,
    listed integer DEFAULT 0 NOT NULL,
    added integer DEFAULT 0 NOT NULL,
    repaired integer DEFAULT 0 NOT NULL,
    failed integer DEFAULT 0 NOT NULL,
    error text,
    phase text DEFAULT 'listing'::text NOT NULL,
    restarts integer DEFAULT 0 NOT NULL,
    checked_through text,
    expected integer,
    raised integer DEFAULT 0 NOT NULL,
    revived integer DEFAULT 0 NOT NULL,
    fruitless_pages integer DEFAULT 0 NOT NULL
);--> statement-breakpoint
CREATE TABLE record_checks (
    id integer DEFAULT 1 NOT NULL,
    phase text DEFAULT 'chain'::text NOT NULL,
    at_stream bigint DEFAULT 0 NOT NULL,
    at_seq bigint DEFAULT 0 NOT NULL,
    at_entry uuid,
    entries bigint DEFAULT 0 NOT NULL,
    found jsonb DEFAULT '[]'::jsonb NOT NULL,
    verified_at timestamp(3) with time zone,
    verified_entries bigint DEFAULT 0 NOT NULL,
    verified_found jsonb DEFAULT '[]'::jsonb NOT NULL,
    anchored_on date,
    rewritten_through timestamp(3) with time zone,
    CONSTRAINT record_checks_one CHECK ((id = 1))
);--> statement-breakpoint
CREATE TABLE refusals (
    day date NOT NULL,
    reason text NOT NULL,
    count bigint NOT NULL,
    last_at timestamp(3) with time zone NOT NULL,
    CONSTRAINT refusals_count CHECK ((count > 0))
);--> statement-breakpoint
CREATE TABLE rejected_calls (
    reason text NOT NULL,
    status integer NOT NULL,
    count bigint NOT NULL,
    last_at timestamp(3) with time zone NOT NULL
);--> statement-breakpoint
CREATE TABLE retentions (
    id uuid NOT NULL,
    version integer NOT NULL,
    deliveries integer,
    calls integer,
    refused integer,
    contacts integer,
    reason text NOT NULL,
    actor_kind actor_kind NOT NULL,
    actor_id text,
    actor_name text NOT NULL,
    created_at timestamp(3) with time zone NOT NULL,
    events integer,
    messages integer DEFAULT 90,
    CONSTRAINT retentions_least CHECK (((deliveries >= 90) AND (calls >= 30) AND (refused >= 7) AND (contacts >= 30) AND (events >= 30) AND (messages >= 7))),
    CONSTRAINT retentions_reason CHECK ((reason <> ''::text))
);--> statement-breakpoint
CREATE TABLE saved_views (
    id uuid NOT NULL,
    name text NOT NULL,
    filters jsonb NOT NULL,
    owner_id text NOT NULL,
    owner_name text NOT NULL,
    is_shared boolean DEFAULT false NOT NULL,
    created_at timestamp(3) with time zone NOT NULL,
    updated_at timestamp(3) with time zone NOT NULL,
    CONSTRAINT saved_views_name CHECK ((name <> ''::text))
);--> statement-breakpoint
CREATE TABLE seen_needs (
    id bigint NOT NULL,
    kind text NOT NULL,
    subject_id text NOT NULL,
    subscription_id text,
    deadline timestamp(3) with time zone,
    first_seen_at timestamp(3) with time zone NOT NULL,
    ended_at timestamp(3) with time zone,
    taken_by_id text,
    taken_by_name text,
    taken_at timestamp(3) with time zone,
    CONSTRAINT seen_needs_taken CHECK ((num_nonnulls(taken_by_id, taken_by_name, taken_at) = ANY (ARRAY[0, 3])))
);--> statement-breakpoint
ALTER TABLE seen_needs ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME seen_needs_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);--> statement-breakpoint
CREATE TABLE sessions (
    id text NOT NULL,
    kind session_kind NOT NULL,
    tenant_id text NOT NULL,
    object_id text NOT NULL,
    name text NOT NULL,
    email text,
    role staff_role,
    data jsonb DEFAULT '{}'::jsonb NOT NULL,
    created_at timestamp(3) with time zone NOT NULL,
    last_seen_at timestamp(3) with time zone NOT NULL,
    expires_at timestamp(3) with time zone NOT NULL,
    entra_grant text,
    confirmed_at timestamp(3) with time zone,
    recheck_at timestamp(3) with time zone,
    authenticated_at timestamp(3) with time zone,
    device text,
    CONSTRAINT sessions_role_of_staff CHECK (((kind = 'staff'::session_kind) = (role IS NOT NULL)))
);--> statement-breakpoint
CREATE TABLE signing_keys (
    id text NOT NULL,
    public_jwk jsonb NOT NULL,
    private_jwk text,
    created_at timestamp(3) with time zone NOT NULL,
    signs_from timestamp(3) with time zone,
    signs_until timestamp(3) with time zone,
    CONSTRAINT signing_keys_in_order CHECK (((signs_until IS NULL) OR (signs_from <= signs_until))),
    CONSTRAINT signing_keys_private_while_needed CHECK (((signs_until IS NULL) = (private_jwk IS NOT NULL))),
    CONSTRAINT signing_keys_public_only CHECK ((NOT (public_jwk ? 'd'::text)))
);--> statement-breakpoint
CREATE TABLE snoozes (
    kind text NOT NULL,
    subject_id text NOT NULL,
    deadline timestamp(3) with time zone,
    until timestamp(3) with time zone NOT NULL,
    reason text NOT NULL,
    actor_id text NOT NULL,
    actor_name text NOT NULL,
    created_at timestamp(3) with time zone NOT NULL,
    CONSTRAINT snoozes_reason CHECK ((reason <> ''::text)),
    CONSTRAINT snoozes_until_later CHECK ((until > created_at))
);--> statement-breakpoint
CREATE TABLE staff (
    tenant_id text NOT NULL,
    object_id text NOT NULL,
    name text NOT NULL,
    email text,
    role staff_role NOT NULL,
    disabled_at timestamp(3) with time zone,
    first_seen_at timestamp(3) with time zone NOT NULL,
    last_sign_in_at timestamp(3) with time zone NOT NULL,
    disabled_by text,
    disabled_reason text,
    disabled_by_id text,
    access_lost_at timestamp(3) with time zone,
    CONSTRAINT staff_disabled_whole CHECK (((num_nonnulls(disabled_by, disabled_reason) = 0) OR (num_nonnulls(disabled_by, disabled_reason) =
CASE
    WHEN (disabled_at IS NULL) THEN 0
    ELSE 2
END)))
);--> statement-breakpoint
CREATE TABLE submissions (
    actor_id text NOT NULL,
    id uuid NOT NULL,
    procedure text,
    received_at timestamp(3) with time zone NOT NULL,
    outcome text,
    message text,
    CONSTRAINT submissions_outcome CHECK ((outcome = ANY (ARRAY['done'::text, 'refused'::text, 'failed'::text, 'withdrawn'::text]))),
    CONSTRAINT submissions_procedure CHECK (((procedure IS NULL) = (NOT (outcome IS DISTINCT FROM 'withdrawn'::text))))
);--> statement-breakpoint
-- What is appended is soon folded: the table stays small when its dead rows go soon too.
CREATE TABLE subscription_counts (
    offer_id text NOT NULL,
    plan_id text NOT NULL,
    status subscription_status NOT NULL,
    is_on_hold boolean NOT NULL,
    is_free_trial boolean NOT NULL,
    subscriptions bigint NOT NULL,
    seats bigint NOT NULL
)
WITH (autovacuum_vacuum_scale_factor='0', autovacuum_vacuum_threshold='2000', autovacuum_vacuum_insert_threshold='-1');--> statement-breakpoint
-- Each comparison touches each row of it: room on the page keeps these updates off the index.
CREATE TABLE subscription_listings (
    subscription_id text NOT NULL,
    run_id uuid,
    listed_at timestamp(3) with time zone,
    asked_at timestamp(3) with time zone
)
WITH (fillfactor='60', autovacuum_vacuum_scale_factor='0.1');--> statement-breakpoint
CREATE TABLE subscription_money (
    subscription_id text NOT NULL,
    customer_key text NOT NULL,
    offer_id text NOT NULL,
    plan_id text NOT NULL,
    term_unit text,
    channel text NOT NULL,
    state text NOT NULL,
    basis text NOT NULL,
    price numeric,
    currency text,
    is_per_seat boolean,
    monthly numeric,
    recurring numeric DEFAULT '0'::numeric NOT NULL,
    has_paid boolean DEFAULT false NOT NULL,
    ends_on date,
    sort_key text GENERATED ALWAYS AS ((COALESCE(currency, ''::text) || lpad(((LEAST(COALESCE(monthly, (0)::numeric), ('999999999999999999'::bigint)::numeric))::numeric(28,10))::text, 30, '0'::text))) STORED NOT NULL,
    CONSTRAINT subscription_money_price CHECK ((num_nonnulls(price, currency, is_per_seat) = ANY (ARRAY[0, 3]))),
    CONSTRAINT subscription_money_recurring CHECK (((recurring >= (0)::numeric) AND ((recurring = (0)::numeric) OR (currency IS NOT NULL))))
);--> statement-breakpoint
CREATE TABLE subscription_notes (
    id uuid NOT NULL,
    subscription_id text NOT NULL,
    text text NOT NULL,
    actor_kind actor_kind NOT NULL,
    actor_id text,
    actor_name text NOT NULL,
    at timestamp(3) with time zone NOT NULL,
    CONSTRAINT subscription_notes_text CHECK ((text <> ''::text))
);--> statement-breakpoint
CREATE TABLE subscription_prices (
    subscription_id text NOT NULL,
    plan_id text NOT NULL,
    term_unit text,
    price text,
    source_offers text[] NOT NULL,
    seen_at timestamp(3) with time zone NOT NULL,
    amount numeric,
    currency text,
    is_per_seat boolean,
    CONSTRAINT subscription_prices_money CHECK ((num_nonnulls(amount, currency, is_per_seat) = ANY (ARRAY[0, 3])))
);--> statement-breakpoint
CREATE TABLE tags (
    name text NOT NULL,
    first_given_at timestamp(3) with time zone NOT NULL
);--> statement-breakpoint
CREATE TABLE upkeep_runs (
    id uuid NOT NULL,
    kind text NOT NULL,
    finished_at timestamp(3) with time zone NOT NULL,
    took_ms integer NOT NULL,
    result jsonb NOT NULL
);--> statement-breakpoint
CREATE TABLE usage_accounts (
    subscription_id text NOT NULL,
    plan_id text NOT NULL,
    dimension text NOT NULL,
    term_starts_on date NOT NULL,
    is_trial boolean NOT NULL,
    term_ends_on date NOT NULL,
    used numeric NOT NULL,
    billed numeric NOT NULL,
    included numeric,
    notified_percent integer DEFAULT 0 NOT NULL,
    CONSTRAINT usage_accounts_quantities CHECK (((used >= (0)::numeric) AND (billed >= (0)::numeric)))
);--> statement-breakpoint
CREATE TABLE usage_allowances (
    id uuid NOT NULL,
    offer_id text NOT NULL,
    plan_id text NOT NULL,
    dimension text NOT NULL,
    version integer NOT NULL,
    included jsonb NOT NULL,
    reason text NOT NULL,
    actor_kind actor_kind NOT NULL,
    actor_id text,
    actor_name text NOT NULL,
    created_at timestamp(3) with time zone NOT NULL,
    CONSTRAINT usage_allowances_reason CHECK ((reason <> ''::text))
);--> statement-breakpoint
CREATE TABLE usage_carries (
    id bigint NOT NULL,
    from_slot_id uuid NOT NULL,
    to_slot_id uuid NOT NULL,
    quantity numeric NOT NULL,
    at timestamp(3) with time zone NOT NULL,
    CONSTRAINT usage_carries_quantity CHECK ((quantity > (0)::numeric))
);--> statement-breakpoint
ALTER TABLE usage_carries ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME usage_carries_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);--> statement-breakpoint
CREATE TABLE usage_comparisons (
    day date NOT NULL,
    claimed_until timestamp(3) with time zone,
    compared_at timestamp(3) with time zone
);--> statement-breakpoint
CREATE TABLE usage_days (
    day date NOT NULL,
    subscription_id text NOT NULL,
    dimension text NOT NULL,
    ledger numeric NOT NULL,
    submitted numeric,
    processed numeric,
    recon_status text,
    cause text,
    found_at timestamp(3) with time zone,
    compared_at timestamp(3) with time zone NOT NULL,
    CONSTRAINT usage_days_found CHECK (((cause IS NULL) = (found_at IS NULL)))
);--> statement-breakpoint
CREATE TABLE usage_dimensions (
    offer_id text NOT NULL,
    plan_id text NOT NULL,
    dimension text NOT NULL,
    name text NOT NULL,
    unit text,
    price_per_unit numeric,
    currency text,
    included jsonb NOT NULL,
    seen_at timestamp(3) with time zone NOT NULL
);--> statement-breakpoint
CREATE TABLE usage_events (
    id uuid NOT NULL,
    event_id text NOT NULL,
    subscription_id text NOT NULL,
    plan_id text NOT NULL,
    dimension text NOT NULL,
    quantity numeric NOT NULL,
    occurred_at timestamp(3) with time zone NOT NULL,
    hour timestamp(3) with time zone NOT NULL,
    received_at timestamp(3) with time zone NOT NULL,
    is_lost boolean NOT NULL,
    source text NOT NULL,
    reason text,
    actor_kind actor_kind NOT NULL,
    actor_id text,
    actor_name text NOT NULL,
    CONSTRAINT usage_events_quantity CHECK (((quantity > (0)::numeric) OR (source = 'correction'::text)))
);--> statement-breakpoint
CREATE TABLE usage_settings (
    id uuid NOT NULL,
    version integer NOT NULL,
    grace_minutes integer NOT NULL,
    hold_factor integer,
    reason text NOT NULL,
    actor_kind actor_kind NOT NULL,
    actor_id text,
    actor_name text NOT NULL,
    created_at timestamp(3) with time zone NOT NULL,
    is_shown_to_purchasers boolean DEFAULT true NOT NULL,
    CONSTRAINT usage_settings_limits CHECK ((((grace_minutes >= 0) AND (grace_minutes <= 240)) AND ((hold_factor IS NULL) OR ((hold_factor >= 2) AND (hold_factor <= 1000))))),
    CONSTRAINT usage_settings_reason CHECK ((reason <> ''::text))
);--> statement-breakpoint
CREATE TABLE usage_slots (
    id uuid NOT NULL,
    subscription_id text NOT NULL,
    dimension text NOT NULL,
    hour timestamp(3) with time zone NOT NULL,
    plan_id text NOT NULL,
    quantity numeric NOT NULL,
    carried numeric DEFAULT '0'::numeric NOT NULL,
    late numeric DEFAULT '0'::numeric NOT NULL,
    moved numeric DEFAULT '0'::numeric NOT NULL,
    lost numeric DEFAULT '0'::numeric NOT NULL,
    effective_at timestamp(3) with time zone NOT NULL,
    state text NOT NULL,
    seal_at timestamp(3) with time zone,
    sealed_at timestamp(3) with time zone,
    is_trial boolean DEFAULT false NOT NULL,
    term_starts_on date,
    billable numeric,
    due_at timestamp(3) with time zone,
    attempts integer DEFAULT 0 NOT NULL,
    claimed_by uuid,
    claimed_until timestamp(3) with time zone,
    problem text,
    problem_detail text,
    accepted numeric,
    usage_event_id text,
    ended_at timestamp(3) with time zone,
    CONSTRAINT usage_slots_accepted CHECK (((state = 'accepted'::text) = (accepted IS NOT NULL))),
    CONSTRAINT usage_slots_claim CHECK (((claimed_by IS NULL) = (claimed_until IS NULL))),
    CONSTRAINT usage_slots_due CHECK (((state = 'waiting'::text) = (due_at IS NOT NULL))),
    CONSTRAINT usage_slots_quantities CHECK (((quantity >= (0)::numeric) AND (carried >= (0)::numeric) AND (late >= (0)::numeric) AND (moved >= (0)::numeric) AND (lost >= (0)::numeric) AND (COALESCE(billable, (0)::numeric) >= (0)::numeric))),
    CONSTRAINT usage_slots_sealed CHECK ((((state = 'collecting'::text) = (seal_at IS NOT NULL)) AND ((state = 'collecting'::text) = (sealed_at IS NULL)) AND ((state = 'collecting'::text) = (billable IS NULL))))
);--> statement-breakpoint
CREATE TABLE usage_submissions (
    id bigint NOT NULL,
    slot_id uuid NOT NULL,
    call_id uuid NOT NULL,
    sent_at timestamp(3) with time zone NOT NULL,
    quantity numeric NOT NULL,
    answered_at timestamp(3) with time zone,
    http_status integer,
    request_id text,
    status text,
    usage_event_id text,
    message text,
    earlier_quantity numeric
);--> statement-breakpoint
ALTER TABLE usage_submissions ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME usage_submissions_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);--> statement-breakpoint
CREATE TABLE used_sign_ins (
    id text NOT NULL,
    expires_at timestamp(3) with time zone NOT NULL
);--> statement-breakpoint
CREATE TABLE webhook_deliveries (
    id uuid NOT NULL,
    received_at timestamp(3) with time zone NOT NULL,
    outcome delivery_outcome NOT NULL,
    marketplace_id text,
    subscription_id text,
    action text,
    operation_id uuid,
    body bytea NOT NULL,
    body_sha256 text NOT NULL,
    headers jsonb NOT NULL
);--> statement-breakpoint
ALTER TABLE ONLY activation_policies
    ADD CONSTRAINT activation_policies_pkey PRIMARY KEY (id);--> statement-breakpoint
ALTER TABLE ONLY activation_policies
    ADD CONSTRAINT activation_policies_version UNIQUE (version);--> statement-breakpoint
ALTER TABLE ONLY activity_chain
    ADD CONSTRAINT activity_chain_entry UNIQUE (activity_id);--> statement-breakpoint
ALTER TABLE ONLY activity_chain
    ADD CONSTRAINT activity_chain_stream_id_seq_pk PRIMARY KEY (stream_id, seq);--> statement-breakpoint
ALTER TABLE activity_chain
    ADD CONSTRAINT activity_chain_version CHECK (((version = 2) = (commitment IS NOT NULL))) NOT VALID;--> statement-breakpoint
ALTER TABLE ONLY activity
    ADD CONSTRAINT activity_pkey PRIMARY KEY (id);--> statement-breakpoint
ALTER TABLE ONLY activity_streams
    ADD CONSTRAINT activity_streams_by_name UNIQUE (name);--> statement-breakpoint
ALTER TABLE ONLY activity_streams
    ADD CONSTRAINT activity_streams_pkey PRIMARY KEY (id);--> statement-breakpoint
ALTER TABLE ONLY alarms
    ADD CONSTRAINT alarms_kind_instance_pk PRIMARY KEY (kind, instance);--> statement-breakpoint
ALTER TABLE ONLY api_keys
    ADD CONSTRAINT api_keys_hash UNIQUE (hash);--> statement-breakpoint
ALTER TABLE ONLY api_keys
    ADD CONSTRAINT api_keys_pkey PRIMARY KEY (id);--> statement-breakpoint
ALTER TABLE ONLY awaited_visits
    ADD CONSTRAINT awaited_visits_fingerprint_unique UNIQUE (fingerprint);--> statement-breakpoint
ALTER TABLE ONLY awaited_visits
    ADD CONSTRAINT awaited_visits_pkey PRIMARY KEY (id);--> statement-breakpoint
ALTER TABLE ONLY brandings
    ADD CONSTRAINT brandings_pkey PRIMARY KEY (id);--> statement-breakpoint
ALTER TABLE ONLY brandings
    ADD CONSTRAINT brandings_version UNIQUE (version);--> statement-breakpoint
ALTER TABLE ONLY bulk_rows
    ADD CONSTRAINT bulk_rows_run_id_subscription_id_pk PRIMARY KEY (run_id, subscription_id);--> statement-breakpoint
ALTER TABLE ONLY bulk_runs
    ADD CONSTRAINT bulk_runs_pkey PRIMARY KEY (id);--> statement-breakpoint
ALTER TABLE ONLY cancel_policy
    ADD CONSTRAINT cancel_policy_pkey PRIMARY KEY (is_only_row);--> statement-breakpoint
ALTER TABLE ONLY cancel_requests
    ADD CONSTRAINT cancel_requests_pkey PRIMARY KEY (id);--> statement-breakpoint
ALTER TABLE ONLY change_rules
    ADD CONSTRAINT change_rules_pkey PRIMARY KEY (id);--> statement-breakpoint
ALTER TABLE ONLY change_rules
    ADD CONSTRAINT change_rules_version UNIQUE (version);--> statement-breakpoint
ALTER TABLE ONLY channels
    ADD CONSTRAINT channels_pkey PRIMARY KEY (id);--> statement-breakpoint
ALTER TABLE ONLY column_choices
    ADD CONSTRAINT column_choices_pkey PRIMARY KEY (staff_id);--> statement-breakpoint
ALTER TABLE ONLY confirmations
    ADD CONSTRAINT confirmations_pkey PRIMARY KEY (subscription_id);--> statement-breakpoint
ALTER TABLE ONLY credentials
    ADD CONSTRAINT credentials_pkey PRIMARY KEY (app);--> statement-breakpoint
ALTER TABLE ONLY customer_mails
    ADD CONSTRAINT customer_mails_pkey PRIMARY KEY (id);--> statement-breakpoint
ALTER TABLE ONLY customers
    ADD CONSTRAINT customers_pkey PRIMARY KEY (id);--> statement-breakpoint
ALTER TABLE ONLY daily_activations
    ADD CONSTRAINT daily_activations_day_offer_id_step_pk PRIMARY KEY (day, offer_id, step);--> statement-breakpoint
ALTER TABLE ONLY daily_flows
    ADD CONSTRAINT daily_flows_day_offer_id_pk PRIMARY KEY (day, offer_id);--> statement-breakpoint
ALTER TABLE ONLY daily_states
    ADD CONSTRAINT daily_states_day_offer_id_plan_id_pk PRIMARY KEY (day, offer_id, plan_id);--> statement-breakpoint
ALTER TABLE ONLY day_counts
    ADD CONSTRAINT day_counts_what_day_offer_id_pk PRIMARY KEY (what, day, offer_id);--> statement-breakpoint
ALTER TABLE ONLY destinations
    ADD CONSTRAINT destinations_pkey PRIMARY KEY (id);--> statement-breakpoint
ALTER TABLE ONLY destinations
    ADD CONSTRAINT destinations_version UNIQUE (version);--> statement-breakpoint
ALTER TABLE ONLY differences
    ADD CONSTRAINT differences_pkey PRIMARY KEY (id);--> statement-breakpoint
ALTER TABLE ONLY endpoints
    ADD CONSTRAINT endpoints_pkey PRIMARY KEY (id);--> statement-breakpoint
ALTER TABLE ONLY erased_entries
    ADD CONSTRAINT erased_entries_pkey PRIMARY KEY (activity_id);--> statement-breakpoint
ALTER TABLE ONLY escalations
    ADD CONSTRAINT escalations_pkey PRIMARY KEY (id);--> statement-breakpoint
ALTER TABLE ONLY events
    ADD CONSTRAINT events_pkey PRIMARY KEY (id);--> statement-breakpoint
ALTER TABLE ONLY hourly_webhooks
    ADD CONSTRAINT hourly_webhooks_pkey PRIMARY KEY (hour);--> statement-breakpoint
ALTER TABLE ONLY idempotent_calls
    ADD CONSTRAINT idempotent_calls_api_key_id_idempotency_key_pk PRIMARY KEY (api_key_id, idempotency_key);--> statement-breakpoint
ALTER TABLE ONLY instances
    ADD CONSTRAINT instances_pkey PRIMARY KEY (name);--> statement-breakpoint
ALTER TABLE ONLY landing_troubles
    ADD CONSTRAINT landing_troubles_pkey PRIMARY KEY (support_code);--> statement-breakpoint
ALTER TABLE ONLY list_layouts
    ADD CONSTRAINT list_layouts_staff_id_view_pk PRIMARY KEY (staff_id, view);--> statement-breakpoint
ALTER TABLE ONLY logos
    ADD CONSTRAINT logos_pkey PRIMARY KEY (sha256);--> statement-breakpoint
ALTER TABLE ONLY marketplace_calls
    ADD CONSTRAINT marketplace_calls_pkey PRIMARY KEY (id);--> statement-breakpoint
ALTER TABLE ONLY money_changes
    ADD CONSTRAINT money_changes_pkey PRIMARY KEY (seq);--> statement-breakpoint
ALTER TABLE ONLY money_months
    ADD CONSTRAINT money_months_month_kind_offer_id_plan_id_channel_currency_pk PRIMARY KEY (month, kind, offer_id, plan_id, channel, currency);--> statement-breakpoint
ALTER TABLE ONLY money_movements
    ADD CONSTRAINT money_movements_pkey PRIMARY KEY (id);--> statement-breakpoint
ALTER TABLE ONLY money_totals
    ADD CONSTRAINT money_totals_state_offer_id_plan_id_channel_currency_pk PRIMARY KEY (state, offer_id, plan_id, channel, currency);--> statement-breakpoint
ALTER TABLE ONLY notice_event_position
    ADD CONSTRAINT notice_event_position_pkey PRIMARY KEY (id);--> statement-breakpoint
ALTER TABLE ONLY notice_events
    ADD CONSTRAINT notice_events_event_id_target_pk PRIMARY KEY (event_id, target);--> statement-breakpoint
ALTER TABLE ONLY notice_needs
    ADD CONSTRAINT notice_needs_notice_id_need_id_pk PRIMARY KEY (notice_id, need_id);--> statement-breakpoint
ALTER TABLE ONLY notices
    ADD CONSTRAINT notices_pkey PRIMARY KEY (id);--> statement-breakpoint
ALTER TABLE ONLY notification_settings
    ADD CONSTRAINT notification_settings_pkey PRIMARY KEY (subscriber);--> statement-breakpoint
ALTER TABLE ONLY offers
    ADD CONSTRAINT offers_pkey PRIMARY KEY (offer_id);--> statement-breakpoint
ALTER TABLE ONLY onboardings
    ADD CONSTRAINT onboardings_pkey PRIMARY KEY (subscription_id);--> statement-breakpoint
ALTER TABLE ONLY operation_steps
    ADD CONSTRAINT operation_steps_pkey PRIMARY KEY (id);--> statement-breakpoint
ALTER TABLE ONLY operations
    ADD CONSTRAINT operations_marketplace_id UNIQUE (marketplace_id);--> statement-breakpoint
ALTER TABLE ONLY operations
    ADD CONSTRAINT operations_pkey PRIMARY KEY (id);--> statement-breakpoint
ALTER TABLE ONLY outbox_attempts
    ADD CONSTRAINT outbox_attempts_pkey PRIMARY KEY (id);--> statement-breakpoint
ALTER TABLE ONLY outbox_lanes
    ADD CONSTRAINT outbox_lanes_receiver_id_lane_pk PRIMARY KEY (receiver_id, lane);--> statement-breakpoint
ALTER TABLE ONLY outbox_messages
    ADD CONSTRAINT outbox_messages_pkey PRIMARY KEY (id);--> statement-breakpoint
ALTER TABLE ONLY outbox_receivers
    ADD CONSTRAINT outbox_receivers_pkey PRIMARY KEY (id);--> statement-breakpoint
ALTER TABLE ONLY planned_changes
    ADD CONSTRAINT planned_changes_pkey PRIMARY KEY (id);--> statement-breakpoint
ALTER TABLE ONLY plans
    ADD CONSTRAINT plans_offer_id_plan_id_pk PRIMARY KEY (offer_id, plan_id);--> statement-breakpoint
ALTER TABLE ONLY policy_changes
    ADD CONSTRAINT policy_changes_pkey PRIMARY KEY (id);--> statement-breakpoint
ALTER TABLE ONLY purchase_refusals
    ADD CONSTRAINT purchase_refusals_pkey PRIMARY KEY (is_only_row);--> statement-breakpoint
ALTER TABLE ONLY purchaser_languages
    ADD CONSTRAINT purchaser_languages_pkey PRIMARY KEY (subscription_id);--> statement-breakpoint
ALTER TABLE ONLY purchaser_mail_position
    ADD CONSTRAINT purchaser_mail_position_pkey PRIMARY KEY (id);--> statement-breakpoint
ALTER TABLE ONLY purchaser_mails
    ADD CONSTRAINT purchaser_mails_pkey PRIMARY KEY (kind);--> statement-breakpoint
ALTER TABLE ONLY push_browsers
    ADD CONSTRAINT push_browsers_pkey PRIMARY KEY (id);--> statement-breakpoint
ALTER TABLE ONLY question_sets
    ADD CONSTRAINT question_sets_pkey PRIMARY KEY (id);--> statement-breakpoint
ALTER TABLE ONLY question_sets
    ADD CONSTRAINT question_sets_version UNIQUE (version);--> statement-breakpoint
ALTER TABLE ONLY reason_codes
    ADD CONSTRAINT reason_codes_pkey PRIMARY KEY (id);--> statement-breakpoint
ALTER TABLE ONLY reconcile_runs
    ADD CONSTRAINT reconcile_runs_pkey PRIMARY KEY (id);--> statement-breakpoint
ALTER TABLE ONLY record_checks
    ADD CONSTRAINT record_checks_pkey PRIMARY KEY (id);--> statement-breakpoint
ALTER TABLE ONLY refusals
    ADD CONSTRAINT refusals_day_reason_pk PRIMARY KEY (day, reason);--> statement-breakpoint
ALTER TABLE ONLY rejected_calls
    ADD CONSTRAINT rejected_calls_pkey PRIMARY KEY (reason);--> statement-breakpoint
ALTER TABLE ONLY retentions
    ADD CONSTRAINT retentions_pkey PRIMARY KEY (id);--> statement-breakpoint
ALTER TABLE ONLY retentions
    ADD CONSTRAINT retentions_version UNIQUE (version);--> statement-breakpoint
ALTER TABLE ONLY saved_views
    ADD CONSTRAINT saved_views_pkey PRIMARY KEY (id);--> statement-breakpoint
ALTER TABLE ONLY seen_needs
    ADD CONSTRAINT seen_needs_pkey PRIMARY KEY (id);--> statement-breakpoint
ALTER TABLE ONLY sessions
    ADD CONSTRAINT sessions_pkey PRIMARY KEY (id);--> statement-breakpoint
ALTER TABLE ONLY signing_keys
    ADD CONSTRAINT signing_keys_pkey PRIMARY KEY (id);--> statement-breakpoint
ALTER TABLE ONLY snoozes
    ADD CONSTRAINT snoozes_kind_subject_id_pk PRIMARY KEY (kind, subject_id);--> statement-breakpoint
ALTER TABLE ONLY staff
    ADD CONSTRAINT staff_tenant_id_object_id_pk PRIMARY KEY (tenant_id, object_id);--> statement-breakpoint
ALTER TABLE ONLY submissions
    ADD CONSTRAINT submissions_actor_id_id_pk PRIMARY KEY (actor_id, id);--> statement-breakpoint
ALTER TABLE ONLY subscription_listings
    ADD CONSTRAINT subscription_listings_pkey PRIMARY KEY (subscription_id);--> statement-breakpoint
ALTER TABLE ONLY subscription_money
    ADD CONSTRAINT subscription_money_pkey PRIMARY KEY (subscription_id);--> statement-breakpoint
ALTER TABLE ONLY subscription_notes
    ADD CONSTRAINT subscription_notes_pkey PRIMARY KEY (id);--> statement-breakpoint
ALTER TABLE ONLY subscription_prices
    ADD CONSTRAINT subscription_prices_pkey PRIMARY KEY (subscription_id);--> statement-breakpoint
ALTER TABLE ONLY subscriptions
    ADD CONSTRAINT subscriptions_pkey PRIMARY KEY (id);--> statement-breakpoint
ALTER TABLE ONLY tags
    ADD CONSTRAINT tags_pkey PRIMARY KEY (name);--> statement-breakpoint
ALTER TABLE ONLY upkeep_runs
    ADD CONSTRAINT upkeep_runs_pkey PRIMARY KEY (id);--> statement-breakpoint
ALTER TABLE ONLY usage_accounts
    ADD CONSTRAINT usage_accounts_subscription_id_dimension_plan_id_term_starts_on PRIMARY KEY (subscription_id, dimension, plan_id, term_starts_on, is_trial);--> statement-breakpoint
ALTER TABLE ONLY usage_allowances
    ADD CONSTRAINT usage_allowances_pkey PRIMARY KEY (id);--> statement-breakpoint
ALTER TABLE ONLY usage_allowances
    ADD CONSTRAINT usage_allowances_version UNIQUE (offer_id, plan_id, dimension, version);--> statement-breakpoint
ALTER TABLE ONLY usage_carries
    ADD CONSTRAINT usage_carries_pkey PRIMARY KEY (id);--> statement-breakpoint
ALTER TABLE ONLY usage_comparisons
    ADD CONSTRAINT usage_comparisons_pkey PRIMARY KEY (day);--> statement-breakpoint
ALTER TABLE ONLY usage_days
    ADD CONSTRAINT usage_days_day_subscription_id_dimension_pk PRIMARY KEY (day, subscription_id, dimension);--> statement-breakpoint
ALTER TABLE ONLY usage_dimensions
    ADD CONSTRAINT usage_dimensions_offer_id_plan_id_dimension_pk PRIMARY KEY (offer_id, plan_id, dimension);--> statement-breakpoint
ALTER TABLE ONLY usage_events
    ADD CONSTRAINT usage_events_event_id UNIQUE (event_id);--> statement-breakpoint
ALTER TABLE ONLY usage_events
    ADD CONSTRAINT usage_events_pkey PRIMARY KEY (id);--> statement-breakpoint
ALTER TABLE ONLY usage_settings
    ADD CONSTRAINT usage_settings_pkey PRIMARY KEY (id);--> statement-breakpoint
ALTER TABLE ONLY usage_settings
    ADD CONSTRAINT usage_settings_version UNIQUE (version);--> statement-breakpoint
ALTER TABLE ONLY usage_slots
    ADD CONSTRAINT usage_slots_hour UNIQUE (subscription_id, dimension, hour);--> statement-breakpoint
ALTER TABLE ONLY usage_slots
    ADD CONSTRAINT usage_slots_pkey PRIMARY KEY (id);--> statement-breakpoint
ALTER TABLE ONLY usage_submissions
    ADD CONSTRAINT usage_submissions_pkey PRIMARY KEY (id);--> statement-breakpoint
ALTER TABLE ONLY used_sign_ins
    ADD CONSTRAINT used_sign_ins_pkey PRIMARY KEY (id);--> statement-breakpoint
ALTER TABLE ONLY webhook_deliveries
    ADD CONSTRAINT webhook_deliveries_pkey PRIMARY KEY (id);--> statement-breakpoint
CREATE INDEX activation_policies_scope ON activation_policies USING btree (offer_id, plan_id, version);--> statement-breakpoint
CREATE INDEX activity_actor ON activity USING btree (actor_kind, id);--> statement-breakpoint
CREATE INDEX activity_bulk_run ON activity USING btree (bulk_run_id, id) WHERE (bulk_run_id IS NOT NULL);--> statement-breakpoint
CREATE INDEX activity_customer ON activity USING btree (((after ->> 'customer'::text)), id) WHERE (kind ~~ 'customer.%'::text);--> statement-breakpoint
CREATE INDEX activity_customer_notes ON activity USING gin (to_tsvector('simple'::regconfig, ((((summary || ' '::text) || actor_name) || ' '::text) || COALESCE(reason, ''::text)))) WHERE (kind = 'customer.note_added'::text);--> statement-breakpoint
CREATE INDEX activity_kind ON activity USING btree (kind, id);--> statement-breakpoint
CREATE INDEX activity_operation ON activity USING btree (operation_id, id) WHERE (operation_id IS NOT NULL);--> statement-breakpoint
CREATE INDEX activity_origin ON activity USING btree (COALESCE(source,
CASE actor_kind
    WHEN 'staff'::actor_kind THEN 'desk'::activity_source
    WHEN 'purchaser'::actor_kind THEN 'landing'::activity_source
    WHEN 'marketplace'::actor_kind THEN 'webhook'::activity_source
    WHEN 'system'::actor_kind THEN 'job'::activity_source
    ELSE 'api'::activity_source
END), id) WHERE (COALESCE(source,
CASE actor_kind
    WHEN 'staff'::actor_kind THEN 'desk'::activity_source
    WHEN 'purchaser'::actor_kind THEN 'landing'::activity_source
    WHEN 'marketplace'::actor_kind THEN 'webhook'::activity_source
    WHEN 'system'::actor_kind THEN 'job'::activity_source
    ELSE 'api'::activity_source
END) <> ALL (ARRAY['webhook'::activity_source, 'job'::activity_source]));--> statement-breakpoint
CREATE INDEX activity_person ON activity USING btree (actor_id, id) WHERE (actor_id IS NOT NULL);--> statement-breakpoint
CREATE INDEX activity_reason_code ON activity USING btree (reason_code, id) WHERE (reason_code IS NOT NULL);--> statement-breakpoint
CREATE INDEX activity_subscription ON activity USING btree (subscription_id, id);--> statement-breakpoint
CREATE INDEX activity_support_code ON activity USING btree (((after ->> 'supportCode'::text))) WHERE (kind = 'landing.refused'::text);--> statement-breakpoint
CREATE INDEX activity_turns ON activity USING btree (kind, id) WHERE (kind = ANY (ARRAY['subscription.suspended'::text, 'subscription.reinstated'::text, 'subscription.trial_ended'::text]));--> statement-breakpoint
CREATE INDEX activity_words ON activity USING gin (to_tsvector('simple'::regconfig, ((((summary || ' '::text) || actor_name) || ' '::text) || COALESCE(reason, ''::text))));--> statement-breakpoint
CREATE INDEX api_keys_in_force ON api_keys USING btree (id) WHERE (revoked_at IS NULL);--> statement-breakpoint
CREATE UNIQUE INDEX api_keys_name_in_force ON api_keys USING btree (lower(name)) WHERE (revoked_at IS NULL);--> statement-breakpoint
CREATE INDEX awaited_visits_waiting ON awaited_visits USING btree (created_at) WHERE (subscription_id IS NULL);--> statement-breakpoint
CREATE INDEX bulk_rows_state ON bulk_rows USING btree (run_id, state, subscription_id);--> statement-breakpoint
CREATE INDEX bulk_runs_running ON bulk_runs USING btree (id) WHERE (state = 'running'::bulk_state);--> statement-breakpoint
CREATE UNIQUE INDEX cancel_requests_one_waiting ON cancel_requests USING btree (subscription_id) WHERE (state = 'waiting'::text);--> statement-breakpoint
CREATE INDEX cancel_requests_waiting ON cancel_requests USING btree (expires_at) WHERE (state = 'waiting'::text);--> statement-breakpoint
CREATE INDEX change_rules_scope ON change_rules USING btree (offer_id, plan_id, version);--> statement-breakpoint
CREATE UNIQUE INDEX channels_name_in_use ON channels USING btree (lower(name)) WHERE (removed_at IS NULL);--> statement-breakpoint
CREATE INDEX confirmations_differing ON confirmations USING btree (differs_since, subscription_id) WHERE (differs_since IS NOT NULL);--> statement-breakpoint
CREATE INDEX customers_domains ON customers USING gin (domains);--> statement-breakpoint
CREATE INDEX customers_merged_into ON customers USING btree (merged_into) WHERE (merged_into IS NOT NULL);--> statement-breakpoint
CREATE INDEX customers_name ON customers USING btree (name, id);--> statement-breakpoint
CREATE INDEX customers_owner ON customers USING btree (owner_id, id) WHERE (owner_id IS NOT NULL);--> statement-breakpoint
CREATE INDEX customers_purchased ON customers USING btree (COALESCE(purchased_at, '-infinity'::timestamp with time zone), id);--> statement-breakpoint
CREATE INDEX customers_search ON customers USING gin (search_text gin_trgm_ops);--> statement-breakpoint
CREATE INDEX customers_seats ON customers USING btree (seats, id);--> statement-breakpoint
CREATE INDEX customers_subscriptions ON customers USING btree (active_subscriptions, id);--> statement-breakpoint
CREATE INDEX customers_tags ON customers USING gin (tags);--> statement-breakpoint
CREATE INDEX customers_term_end ON customers USING btree (COALESCE(term_ends_at, 'infinity'::timestamp with time zone), id);--> statement-breakpoint
CREATE INDEX destinations_scope ON destinations USING btree (offer_id, plan_id, version);--> statement-breakpoint
CREATE INDEX differences_failed ON differences USING btree (at) WHERE (done = 'failed'::text);--> statement-breakpoint
CREATE INDEX differences_kind ON differences USING btree (kind, id);--> statement-breakpoint
CREATE INDEX differences_missing ON differences USING btree (at) WHERE ((done = 'raised'::text) AND (kind = 'missing'::text));--> statement-breakpoint
CREATE INDEX differences_subscription ON differences USING btree (subscription_id, id);--> statement-breakpoint
CREATE UNIQUE INDEX endpoints_name_in_use ON endpoints USING btree (lower(name)) WHERE (removed_at IS NULL);--> statement-breakpoint
CREATE INDEX erased_entries_erasure ON erased_entries USING btree (erasure_id, activity_id);--> statement-breakpoint
CREATE UNIQUE INDEX events_position ON events USING btree ("position") WHERE ("position" IS NOT NULL);--> statement-breakpoint
CREATE INDEX events_waiting_in_order ON events USING btree (sequence NULLS FIRST, id) WHERE ("position" IS NULL);--> statement-breakpoint
CREATE INDEX idempotent_calls_created ON idempotent_calls USING btree (created_at);--> statement-breakpoint
CREATE INDEX landing_troubles_kind ON landing_troubles USING btree (kind, at);--> statement-breakpoint
CREATE INDEX marketplace_calls_correlation ON marketplace_calls USING btree (correlation_id);--> statement-breakpoint
CREATE INDEX marketplace_calls_request ON marketplace_calls USING btree (request_id);--> statement-breakpoint
CREATE INDEX money_changes_due ON money_changes USING btree (seq) WHERE (NOT is_waiting);--> statement-breakpoint
CREATE INDEX money_changes_waiting ON money_changes USING btree (subscription_id, seq) WHERE is_waiting;--> statement-breakpoint
CREATE INDEX money_movements_at ON money_movements USING btree (kind, at);--> statement-breakpoint
CREATE INDEX money_movements_month ON money_movements USING btree (month, kind, subscription_id);--> statement-breakpoint
CREATE INDEX money_movements_subscription ON money_movements USING btree (subscription_id);--> statement-breakpoint
CREATE INDEX notice_events_notice ON notice_events USING btree (notice_id);--> statement-breakpoint
CREATE INDEX notice_events_waiting ON notice_events USING btree (target) WHERE (notice_id IS NULL);--> statement-breakpoint
CREATE UNIQUE INDEX notice_needs_once ON notice_needs USING btree (need_id, target, type);--> statement-breakpoint
CREATE INDEX notices_created ON notices USING btree (created_at);--> statement-breakpoint
CREATE INDEX notices_target ON notices USING btree (target, created_at);--> statement-breakpoint
CREATE INDEX operation_steps_ids ON operation_steps USING gin (ids_of_calls(calls));--> statement-breakpoint
CREATE INDEX operation_steps_operation ON operation_steps USING btree (operation_id, id);--> statement-breakpoint
CREATE INDEX operations_action ON operations USING btree (action, id) WHERE (action <> ALL (ARRAY['ChangePlan'::text, 'ChangeQuantity'::text, 'Renew'::text]));--> statement-breakpoint
CREATE INDEX operations_answer_due ON operations USING btree (answer_due_at) WHERE ((answer_due_at IS NOT NULL) AND (stage = ANY (ARRAY['received'::operation_stage, 'verified'::operation_stage, 'decided'::operation_stage])));--> statement-breakpoint
CREATE INDEX operations_attention ON operations USING btree (settled_at) WHERE (attention IS NOT NULL);--> statement-breakpoint
CREATE INDEX operations_claimed ON operations USING btree (subscription_id) WHERE (claimed_by IS NOT NULL);--> statement-breakpoint
CREATE INDEX operations_customer_changes ON operations USING btree (created_at) WHERE (held_plan_id IS NOT NULL);--> statement-breakpoint
CREATE INDEX operations_due ON operations USING btree (due_at) WHERE ((due_at IS NOT NULL) AND (claimed_by IS NULL));--> statement-breakpoint
CREATE INDEX operations_failed_activations ON operations USING btree (settled_at) WHERE ((outcome = 'failed'::operation_outcome) AND (action = 'Activate'::text));--> statement-breakpoint
CREATE UNIQUE INDEX operations_one_sent_of_ours ON operations USING btree (subscription_id) WHERE ((stage = ANY (ARRAY['requested'::operation_stage, 'accepted'::operation_stage])) AND (sent_at IS NOT NULL));--> statement-breakpoint
CREATE INDEX operations_open ON operations USING btree (id) WHERE (stage <> 'settled'::operation_stage);--> statement-breakpoint
CREATE INDEX operations_open_of_subscription ON operations USING btree (subscription_id) WHERE (stage <> 'settled'::operation_stage);--> statement-breakpoint
CREATE INDEX operations_outcome ON operations USING btree (outcome, id) WHERE (outcome <> 'succeeded'::operation_outcome);--> statement-breakpoint
CREATE INDEX operations_person ON operations USING btree (actor_id, id) WHERE (actor_id IS NOT NULL);--> statement-breakpoint
CREATE INDEX operations_quarantined ON operations USING btree (settled_at) WHERE (outcome = 'quarantined'::operation_outcome);--> statement-breakpoint
CREATE INDEX operations_stuck ON operations USING btree (stuck_at) WHERE (stuck_at IS NOT NULL);--> statement-breakpoint
CREATE INDEX operations_subscription ON operations USING btree (subscription_id, id);--> statement-breakpoint
CREATE INDEX outbox_attempts_message ON outbox_attempts USING btree (message, id);--> statement-breakpoint
CREATE INDEX outbox_lanes_due ON outbox_lanes USING btree (receiver_id, due_at);--> statement-breakpoint
CREATE UNIQUE INDEX outbox_messages_about ON outbox_messages USING btree (receiver_id, about);--> statement-breakpoint
CREATE INDEX outbox_messages_ended_before ON outbox_messages USING btree (created_at) WHERE (state <> 'waiting'::text);--> statement-breakpoint
CREATE INDEX outbox_messages_failed ON outbox_messages USING btree (receiver_id, ended_at) WHERE ((state = 'failed'::text) AND (type <> 'endpoint.test'::text));--> statement-breakpoint
CREATE INDEX outbox_messages_receiver ON outbox_messages USING btree (receiver_id, id);--> statement-breakpoint
CREATE INDEX outbox_messages_subscription ON outbox_messages USING btree (subscription_id, id) WHERE (subscription_id IS NOT NULL);--> statement-breakpoint
CREATE INDEX outbox_messages_undelivered ON outbox_messages USING btree (state, id) WHERE (state <> 'delivered'::text);--> statement-breakpoint
CREATE INDEX outbox_messages_waiting ON outbox_messages USING btree (receiver_id, lane, id) WHERE (state = 'waiting'::text);--> statement-breakpoint
CREATE INDEX planned_changes_ahead ON planned_changes USING btree (due_on, id) WHERE (state = 'waiting'::text);--> statement-breakpoint
CREATE INDEX planned_changes_at_term_end ON planned_changes USING btree (subscription_id) WHERE ((state = 'waiting'::text) AND (term_ends_on IS NOT NULL));--> statement-breakpoint
CREATE INDEX planned_changes_ended_list ON planned_changes USING btree (id) WHERE (state <> ALL (ARRAY['waiting'::text, 'failed'::text]));--> statement-breakpoint
CREATE INDEX planned_changes_failed ON planned_changes USING btree (ended_at, id) WHERE (state = 'failed'::text);--> statement-breakpoint
CREATE UNIQUE INDEX planned_changes_one_a_day ON planned_changes USING btree (subscription_id, action, due_on) WHERE (state = 'waiting'::text);--> statement-breakpoint
CREATE INDEX planned_changes_requested ON planned_changes USING btree (operation_id) WHERE (state = 'requested'::text);--> statement-breakpoint
CREATE INDEX planned_changes_subscription ON planned_changes USING btree (subscription_id);--> statement-breakpoint
CREATE UNIQUE INDEX policy_changes_one_waiting ON policy_changes USING btree (policy, scope) WHERE (state = 'waiting'::text);--> statement-breakpoint
CREATE INDEX policy_changes_waiting ON policy_changes USING btree (applies_at) WHERE (state = 'waiting'::text);--> statement-breakpoint
CREATE UNIQUE INDEX push_browsers_fingerprint ON push_browsers USING btree (fingerprint);--> statement-breakpoint
CREATE INDEX push_browsers_staff ON push_browsers USING btree (staff_id);--> statement-breakpoint
CREATE INDEX question_sets_scope ON question_sets USING btree (offer_id, plan_id, version);--> statement-breakpoint
CREATE INDEX reason_codes_created ON reason_codes USING btree (created_at, id);--> statement-breakpoint
CREATE UNIQUE INDEX reason_codes_name_offered ON reason_codes USING btree (lower(name)) WHERE (retired_at IS NULL);--> statement-breakpoint
CREATE UNIQUE INDEX reconcile_runs_one_open ON reconcile_runs USING btree ((1)) WHERE (finished_at IS NULL);--> statement-breakpoint
CREATE UNIQUE INDEX saved_views_name_of_owner ON saved_views USING btree (owner_id, lower(name));--> statement-breakpoint
CREATE INDEX saved_views_shared ON saved_views USING btree (name) WHERE is_shared;--> statement-breakpoint
CREATE INDEX seen_needs_ended ON seen_needs USING btree (ended_at) WHERE (ended_at IS NOT NULL);--> statement-breakpoint
CREATE UNIQUE INDEX seen_needs_open ON seen_needs USING btree (kind, subject_id) WHERE (ended_at IS NULL);--> statement-breakpoint
CREATE INDEX sessions_expiry ON sessions USING btree (expires_at);--> statement-breakpoint
CREATE INDEX sessions_person ON sessions USING btree (tenant_id, object_id);--> statement-breakpoint
CREATE INDEX sessions_recheck ON sessions USING btree (recheck_at) WHERE (recheck_at IS NOT NULL);--> statement-breakpoint
CREATE UNIQUE INDEX signing_keys_one_next ON signing_keys USING btree (((signs_from IS NULL))) WHERE (signs_from IS NULL);--> statement-breakpoint
CREATE UNIQUE INDEX signing_keys_one_signs ON signing_keys USING btree (((signs_until IS NULL))) WHERE ((signs_from IS NOT NULL) AND (signs_until IS NULL));--> statement-breakpoint
CREATE INDEX snoozes_until ON snoozes USING btree (until);--> statement-breakpoint
CREATE INDEX submissions_received ON submissions USING btree (received_at);--> statement-breakpoint
CREATE INDEX subscription_money_customer ON subscription_money USING btree (customer_key);--> statement-breakpoint
CREATE INDEX subscription_money_monthly ON subscription_money USING btree (currency, monthly);--> statement-breakpoint
CREATE INDEX subscription_money_sort ON subscription_money USING btree (sort_key COLLATE "C", subscription_id);--> statement-breakpoint
CREATE INDEX subscription_money_state ON subscription_money USING btree (state, ends_on) WHERE (state = ANY (ARRAY['suspended'::text, 'ending'::text, 'trial'::text, 'pending'::text]));--> statement-breakpoint
CREATE INDEX subscription_notes_words ON subscription_notes USING gin (to_tsvector('simple'::regconfig, text));--> statement-breakpoint
CREATE INDEX subscription_prices_seen ON subscription_prices USING btree (seen_at);--> statement-breakpoint
CREATE INDEX subscriptions_activated ON subscriptions USING btree (activated_at) WHERE (activated_at IS NOT NULL);--> statement-breakpoint
CREATE INDEX subscriptions_asked ON subscriptions USING btree (COALESCE(purchased_at, created_at), id) WHERE ((status = 'PendingFulfillmentStart'::subscription_status) AND (activation_waits_for IS NOT NULL));--> statement-breakpoint
CREATE INDEX subscriptions_beneficiary ON subscriptions USING btree (beneficiary_tenant_id, beneficiary_object_id);--> statement-breakpoint
CREATE INDEX subscriptions_created ON subscriptions USING btree (created_at);--> statement-breakpoint
CREATE INDEX subscriptions_customer ON subscriptions USING btree (customer_of_subscription(beneficiary_tenant_id, beneficiary_object_id, purchaser_tenant_id, purchaser_object_id, id));--> statement-breakpoint
CREATE INDEX subscriptions_emails ON subscriptions USING gin (emails_of_subscription(VARIADIC ARRAY[beneficiary_email, purchaser_email, contact_email]));--> statement-breakpoint
CREATE INDEX subscriptions_ended ON subscriptions USING btree (status_since, id) WHERE (status = 'Unsubscribed'::subscription_status);--> statement-breakpoint
CREATE INDEX subscriptions_few_by_name ON subscriptions USING btree (status, name, id) WHERE (status = ANY (ARRAY['PendingFulfillmentStart'::subscription_status, 'Suspended'::subscription_status]));--> statement-breakpoint
CREATE INDEX subscriptions_follow_up ON subscriptions USING btree (follow_up_on, id) WHERE (follow_up_on IS NOT NULL);--> statement-breakpoint
CREATE INDEX subscriptions_held ON subscriptions USING btree (updated_at, id) WHERE (hold_at IS NOT NULL);--> statement-breakpoint
CREATE INDEX subscriptions_listed_ending ON subscriptions USING btree (updated_at, id) WHERE (NOT auto_renews);--> statement-breakpoint
CREATE INDEX subscriptions_listed_resold ON subscriptions USING btree (updated_at, id) WHERE (purchaser_tenant_id <> beneficiary_tenant_id);--> statement-breakpoint
CREATE INDEX subscriptions_listed_tests ON subscriptions USING btree (updated_at, id) WHERE is_test_purchase(is_test, sandbox_type, session_mode, offer_id);--> statement-breakpoint
CREATE INDEX subscriptions_listed_trials ON subscriptions USING btree (updated_at, id) WHERE is_free_trial;--> statement-breakpoint
CREATE INDEX subscriptions_listed_unknown_renewal ON subscriptions USING btree (updated_at, id) WHERE (auto_renews IS NULL);--> statement-breakpoint
CREATE INDEX subscriptions_name ON subscriptions USING btree (name, id);--> statement-breakpoint
CREATE INDEX subscriptions_not_renewing ON subscriptions USING btree (term_ends_at, id) WHERE ((status = 'Subscribed'::subscription_status) AND (NOT auto_renews) AND (NOT is_free_trial));--> statement-breakpoint
CREATE INDEX subscriptions_owner ON subscriptions USING btree (owner_id, updated_at, id) WHERE (owner_id IS NOT NULL);--> statement-breakpoint
CREATE INDEX subscriptions_pending ON subscriptions USING btree (COALESCE(purchased_at, created_at), id) WHERE (status = 'PendingFulfillmentStart'::subscription_status);--> statement-breakpoint
CREATE INDEX subscriptions_plan_status ON subscriptions USING btree (offer_id, plan_id, status, updated_at, id) WHERE (status <> 'Subscribed'::subscription_status);--> statement-breakpoint
CREATE INDEX subscriptions_plan_updated ON subscriptions USING btree (offer_id, plan_id, updated_at, id);--> statement-breakpoint
CREATE INDEX subscriptions_purchased ON subscriptions USING btree (COALESCE(purchased_at, '-infinity'::timestamp with time zone), id);--> statement-breakpoint
CREATE INDEX subscriptions_purchaser ON subscriptions USING btree (purchaser_tenant_id, purchaser_object_id);--> statement-breakpoint
CREATE INDEX subscriptions_quantity ON subscriptions USING btree (COALESCE(quantity, 0), id);--> statement-breakpoint
CREATE INDEX subscriptions_search ON subscriptions USING gin (search_text gin_trgm_ops);--> statement-breakpoint
CREATE INDEX subscriptions_search_folded ON subscriptions USING gin (fold_search(search_text) gin_trgm_ops) WHERE ((octet_length(search_text) <> char_length(search_text)) OR (strpos(search_text, chr(39)) > 0));--> statement-breakpoint
CREATE INDEX subscriptions_status_updated ON subscriptions USING btree (status, updated_at, id);--> statement-breakpoint
CREATE INDEX subscriptions_suspended ON subscriptions USING btree (status_since, id) WHERE (status = 'Suspended'::subscription_status);--> statement-breakpoint
CREATE INDEX subscriptions_tags ON subscriptions USING gin (tags);--> statement-breakpoint
CREATE INDEX subscriptions_term_end ON subscriptions USING btree (COALESCE(term_ends_at, 'infinity'::timestamp with time zone), id);--> statement-breakpoint
CREATE INDEX subscriptions_trials ON subscriptions USING btree (term_ends_at, id) WHERE ((status = 'Subscribed'::subscription_status) AND is_free_trial);--> statement-breakpoint
CREATE INDEX subscriptions_unrecognised ON subscriptions USING btree (updated_at, id) WHERE (unrecognised_status IS NOT NULL);--> statement-breakpoint
CREATE INDEX subscriptions_updated ON subscriptions USING btree (updated_at, id);--> statement-breakpoint
CREATE INDEX upkeep_runs_kind ON upkeep_runs USING btree (kind, id);--> statement-breakpoint
CREATE INDEX usage_carries_from ON usage_carries USING btree (from_slot_id);--> statement-breakpoint
CREATE INDEX usage_carries_to ON usage_carries USING btree (to_slot_id);--> statement-breakpoint
CREATE INDEX usage_days_differing ON usage_days USING btree (day) WHERE (cause IS NOT NULL);--> statement-breakpoint
CREATE INDEX usage_days_subscription ON usage_days USING btree (subscription_id, dimension, day);--> statement-breakpoint
CREATE INDEX usage_events_slot ON usage_events USING btree (subscription_id, dimension, hour);--> statement-breakpoint
CREATE INDEX usage_slots_collecting ON usage_slots USING btree (seal_at) WHERE (state = 'collecting'::text);--> statement-breakpoint
CREATE INDEX usage_slots_late ON usage_slots USING btree (id) WHERE (late > (0)::numeric);--> statement-breakpoint
CREATE INDEX usage_slots_listed ON usage_slots USING btree (hour, id);--> statement-breakpoint
CREATE INDEX usage_slots_listed_by_state ON usage_slots USING btree (state, hour, id);--> statement-breakpoint
CREATE INDEX usage_slots_listed_lost ON usage_slots USING btree (hour, id) WHERE ((state = 'lost'::text) OR (lost > (0)::numeric));--> statement-breakpoint
CREATE INDEX usage_slots_undecided ON usage_slots USING btree (state, effective_at) WHERE (state = ANY (ARRAY['held'::text, 'rejected'::text]));--> statement-breakpoint
CREATE INDEX usage_slots_waiting ON usage_slots USING btree (hour, id) WHERE (state = 'waiting'::text);--> statement-breakpoint
CREATE INDEX usage_submissions_call ON usage_submissions USING btree (call_id);--> statement-breakpoint
CREATE INDEX usage_submissions_slot ON usage_submissions USING btree (slot_id, id);--> statement-breakpoint
CREATE INDEX used_sign_ins_expiry ON used_sign_ins USING btree (expires_at);--> statement-breakpoint
CREATE INDEX webhook_deliveries_action ON webhook_deliveries USING btree (action, id) WHERE (action <> ALL (ARRAY['ChangePlan'::text, 'ChangeQuantity'::text, 'Renew'::text]));--> statement-breakpoint
CREATE INDEX webhook_deliveries_operation ON webhook_deliveries USING btree (operation_id, id);--> statement-breakpoint
CREATE INDEX webhook_deliveries_outcome ON webhook_deliveries USING btree (outcome, id) WHERE (outcome <> 'accepted'::delivery_outcome);--> statement-breakpoint
CREATE INDEX webhook_deliveries_subscription ON webhook_deliveries USING btree (subscription_id, id);--> statement-breakpoint
CREATE TRIGGER activation_policies_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON activation_policies FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();--> statement-breakpoint
CREATE TRIGGER activity_append_only BEFORE DELETE OR TRUNCATE ON activity FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();--> statement-breakpoint
CREATE TRIGGER activity_chain_append_only BEFORE DELETE OR TRUNCATE ON activity_chain FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();--> statement-breakpoint
CREATE TRIGGER activity_chain_erasable BEFORE UPDATE ON activity_chain FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_but_erasure();--> statement-breakpoint
CREATE TRIGGER activity_chain_guarded BEFORE INSERT ON activity_chain FOR EACH STATEMENT EXECUTE FUNCTION refuse_direct_change();--> statement-breakpoint
CREATE TRIGGER activity_erasable BEFORE UPDATE ON activity FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_but_erasure();--> statement-breakpoint
CREATE CONSTRAINT TRIGGER activity_is_chained AFTER INSERT ON activity DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION chain_new_activity();--> statement-breakpoint
CREATE TRIGGER activity_streams_guarded BEFORE INSERT OR DELETE OR UPDATE OR TRUNCATE ON activity_streams FOR EACH STATEMENT EXECUTE FUNCTION refuse_direct_change();--> statement-breakpoint
CREATE TRIGGER brandings_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON brandings FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();--> statement-breakpoint
CREATE TRIGGER change_rules_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON change_rules FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();--> statement-breakpoint
CREATE TRIGGER confirmations_compared BEFORE INSERT OR UPDATE OF plan_id, quantity, access ON confirmations FOR EACH ROW EXECUTE FUNCTION compare_confirmation();--> statement-breakpoint
CREATE TRIGGER differences_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON differences FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();--> statement-breakpoint
CREATE TRIGGER erased_entries_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON erased_entries FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();--> statement-breakpoint
CREATE TRIGGER operation_steps_append_only BEFORE TRUNCATE ON operation_steps FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();--> statement-breakpoint
CREATE TRIGGER operation_steps_erasable BEFORE UPDATE ON operation_steps FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_but_erasure();--> statement-breakpoint
CREATE TRIGGER operation_steps_kept BEFORE DELETE ON operation_steps FOR EACH ROW EXECUTE FUNCTION refuse_early_end('30');--> statement-breakpoint
CREATE TRIGGER retentions_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON retentions FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();--> statement-breakpoint
CREATE TRIGGER subscription_notes_append_only BEFORE DELETE OR TRUNCATE ON subscription_notes FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();--> statement-breakpoint
CREATE TRIGGER subscription_notes_erasable BEFORE UPDATE ON subscription_notes FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_but_erasure();--> statement-breakpoint
CREATE TRIGGER subscription_prices_money_added AFTER INSERT ON subscription_prices FOR EACH ROW WHEN ((new.amount IS NOT NULL)) EXECUTE FUNCTION append_money_of_price();--> statement-breakpoint
CREATE TRIGGER subscription_prices_money_changed AFTER UPDATE ON subscription_prices FOR EACH ROW WHEN (((new.amount IS NOT NULL) AND ((((((old.plan_id IS DISTINCT FROM new.plan_id) OR (old.term_unit IS DISTINCT FROM new.term_unit)) OR (old.amount IS DISTINCT FROM new.amount)) OR (old.currency IS DISTINCT FROM new.currency)) OR (old.is_per_seat IS DISTINCT FROM new.is_per_seat)) OR (cardinality(old.source_offers) IS DISTINCT FROM cardinality(new.source_offers))))) EXECUTE FUNCTION append_money_of_price();--> statement-breakpoint
CREATE TRIGGER subscriptions_compared_with_product AFTER UPDATE OF status, hold_at, plan_id, quantity ON subscriptions FOR EACH ROW WHEN (((((old.status IS DISTINCT FROM new.status) OR (old.hold_at IS DISTINCT FROM new.hold_at)) OR (old.plan_id IS DISTINCT FROM new.plan_id)) OR (old.quantity IS DISTINCT FROM new.quantity))) EXECUTE FUNCTION compare_with_product();--> statement-breakpoint
CREATE TRIGGER subscriptions_count_added AFTER INSERT ON subscriptions REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION count_added_subscriptions();--> statement-breakpoint
-- By row, unlike the others: only so may it be left alone where nothing that is counted changes, which is the usual case.
CREATE TRIGGER subscriptions_count_changed AFTER UPDATE ON subscriptions FOR EACH ROW WHEN (((old.status <> new.status) OR (old.quantity IS DISTINCT FROM new.quantity) OR (old.plan_id <> new.plan_id) OR (old.offer_id <> new.offer_id) OR (old.is_free_trial <> new.is_free_trial) OR ((old.hold_at IS NULL) <> (new.hold_at IS NULL)) OR (old.is_test <> new.is_test) OR (old.sandbox_type IS DISTINCT FROM new.sandbox_type) OR (old.session_mode IS DISTINCT FROM new.session_mode))) EXECUTE FUNCTION count_changed_subscription();--> statement-breakpoint
CREATE TRIGGER subscriptions_count_none AFTER TRUNCATE ON subscriptions FOR EACH STATEMENT EXECUTE FUNCTION count_no_subscriptions();--> statement-breakpoint
CREATE TRIGGER subscriptions_count_removed AFTER DELETE ON subscriptions REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION count_removed_subscriptions();--> statement-breakpoint
CREATE TRIGGER subscriptions_customers_added AFTER INSERT ON subscriptions REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION note_customers_of_added();--> statement-breakpoint
-- By row, with a condition: most updates change nothing that a customer's listing shows.
CREATE TRIGGER subscriptions_customers_changed AFTER UPDATE ON subscriptions FOR EACH ROW WHEN (((((((((((((((((((old.status IS DISTINCT FROM new.status) OR (old.quantity IS DISTINCT FROM new.quantity)) OR (old.offer_id IS DISTINCT FROM new.offer_id)) OR (old.name IS DISTINCT FROM new.name)) OR (old.purchased_at IS DISTINCT FROM new.purchased_at)) OR (old.term_ends_at IS DISTINCT FROM new.term_ends_at)) OR (old.is_test IS DISTINCT FROM new.is_test)) OR (old.sandbox_type IS DISTINCT FROM new.sandbox_type)) OR (old.session_mode IS DISTINCT FROM new.session_mode)) OR (old.beneficiary_tenant_id IS DISTINCT FROM new.beneficiary_tenant_id)) OR (old.beneficiary_object_id IS DISTINCT FROM new.beneficiary_object_id)) OR (old.beneficiary_email IS DISTINCT FROM new.beneficiary_email)) OR (old.purchaser_tenant_id IS DISTINCT FROM new.purchaser_tenant_id)) OR (old.purchaser_object_id IS DISTINCT FROM new.purchaser_object_id)) OR (old.purchaser_email IS DISTINCT FROM new.purchaser_email)) OR (old.contact_name IS DISTINCT FROM new.contact_name)) OR (old.contact_email IS DISTINCT FROM new.contact_email)) OR (old.contact_company IS DISTINCT FROM new.contact_company))) EXECUTE FUNCTION note_customers_of_changed();--> statement-breakpoint
CREATE TRIGGER subscriptions_customers_removed AFTER DELETE ON subscriptions REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION note_customers_of_removed();--> statement-breakpoint
CREATE TRIGGER subscriptions_days_added AFTER INSERT ON subscriptions REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION count_days_of_added();--> statement-breakpoint
CREATE TRIGGER subscriptions_days_changed AFTER UPDATE ON subscriptions FOR EACH ROW WHEN ((((((((((old.status IS DISTINCT FROM new.status) OR (old.offer_id IS DISTINCT FROM new.offer_id)) OR (old.purchased_at IS DISTINCT FROM new.purchased_at)) OR (old.activated_at IS DISTINCT FROM new.activated_at)) OR (old.term_ends_at IS DISTINCT FROM new.term_ends_at)) OR (old.auto_renews IS DISTINCT FROM new.auto_renews)) OR (old.is_test IS DISTINCT FROM new.is_test)) OR (old.sandbox_type IS DISTINCT FROM new.sandbox_type)) OR (old.session_mode IS DISTINCT FROM new.session_mode))) EXECUTE FUNCTION count_days_of_changed();--> statement-breakpoint
CREATE TRIGGER subscriptions_days_none AFTER TRUNCATE ON subscriptions FOR EACH STATEMENT EXECUTE FUNCTION count_no_days();--> statement-breakpoint
CREATE TRIGGER subscriptions_days_removed AFTER DELETE ON subscriptions REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION count_days_of_removed();--> statement-breakpoint
CREATE TRIGGER subscriptions_money_added AFTER INSERT ON subscriptions REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION append_money_of_added();--> statement-breakpoint
CREATE TRIGGER subscriptions_money_changed AFTER UPDATE ON subscriptions FOR EACH ROW WHEN ((((((((((((((old.status IS DISTINCT FROM new.status) OR (old.offer_id IS DISTINCT FROM new.offer_id)) OR (old.plan_id IS DISTINCT FROM new.plan_id)) OR (old.term_unit IS DISTINCT FROM new.term_unit)) OR (old.quantity IS DISTINCT FROM new.quantity)) OR (old.is_free_trial IS DISTINCT FROM new.is_free_trial)) OR (old.auto_renews IS DISTINCT FROM new.auto_renews)) OR (old.is_test IS DISTINCT FROM new.is_test)) OR (old.sandbox_type IS DISTINCT FROM new.sandbox_type)) OR (old.session_mode IS DISTINCT FROM new.session_mode)) OR (old.purchaser_tenant_id IS DISTINCT FROM new.purchaser_tenant_id)) OR (old.beneficiary_tenant_id IS DISTINCT FROM new.beneficiary_tenant_id)) OR ((new.is_free_trial OR (new.auto_renews IS FALSE)) AND (old.term_ends_at IS DISTINCT FROM new.term_ends_at)))) EXECUTE FUNCTION append_money_of_changed();--> statement-breakpoint
CREATE TRIGGER subscriptions_money_none AFTER TRUNCATE ON subscriptions FOR EACH STATEMENT EXECUTE FUNCTION forget_all_money();--> statement-breakpoint
CREATE TRIGGER subscriptions_money_removed AFTER DELETE ON subscriptions REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION append_money_of_removed();--> statement-breakpoint
CREATE TRIGGER subscriptions_onboarding_added AFTER INSERT ON subscriptions REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION wait_for_onboarding_of_added();--> statement-breakpoint
CREATE TRIGGER subscriptions_onboarding_changed AFTER UPDATE OF status ON subscriptions FOR EACH ROW WHEN (((old.status <> new.status) AND ((new.status = 'Unsubscribed'::subscription_status) OR ((old.status = 'PendingFulfillmentStart'::subscription_status) AND (new.status = 'Subscribed'::subscription_status))))) EXECUTE FUNCTION wait_for_onboarding_of_changed();--> statement-breakpoint
CREATE TRIGGER webhook_deliveries_append_only BEFORE TRUNCATE ON webhook_deliveries FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();--> statement-breakpoint
CREATE TRIGGER webhook_deliveries_erasable BEFORE UPDATE ON webhook_deliveries FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_but_erasure();--> statement-breakpoint
CREATE TRIGGER webhook_deliveries_kept BEFORE DELETE ON webhook_deliveries FOR EACH ROW EXECUTE FUNCTION refuse_early_end('90');--> statement-breakpoint
ALTER TABLE ONLY brandings
    ADD CONSTRAINT brandings_logo_logos_sha256_fk FOREIGN KEY (logo) REFERENCES logos(sha256);--> statement-breakpoint
ALTER TABLE ONLY bulk_rows
    ADD CONSTRAINT bulk_rows_run_id_bulk_runs_id_fk FOREIGN KEY (run_id) REFERENCES bulk_runs(id);--> statement-breakpoint
ALTER TABLE ONLY channels
    ADD CONSTRAINT channels_id_outbox_receivers_id_fk FOREIGN KEY (id) REFERENCES outbox_receivers(id);--> statement-breakpoint
ALTER TABLE ONLY confirmations
    ADD CONSTRAINT confirmations_subscription_id_subscriptions_id_fk FOREIGN KEY (subscription_id) REFERENCES subscriptions(id) ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE ONLY endpoints
    ADD CONSTRAINT endpoints_id_outbox_receivers_id_fk FOREIGN KEY (id) REFERENCES outbox_receivers(id);--> statement-breakpoint
ALTER TABLE ONLY notice_events
    ADD CONSTRAINT notice_events_notice_id_notices_id_fk FOREIGN KEY (notice_id) REFERENCES notices(id) ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE ONLY notice_needs
    ADD CONSTRAINT notice_needs_need_id_seen_needs_id_fk FOREIGN KEY (need_id) REFERENCES seen_needs(id) ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE ONLY notice_needs
    ADD CONSTRAINT notice_needs_notice_id_notices_id_fk FOREIGN KEY (notice_id) REFERENCES notices(id) ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE ONLY operations
    ADD CONSTRAINT operations_decision_rule_id_change_rules_id_fk FOREIGN KEY (decision_rule_id) REFERENCES change_rules(id);--> statement-breakpoint
ALTER TABLE ONLY outbox_attempts
    ADD CONSTRAINT outbox_attempts_message_outbox_messages_id_fk FOREIGN KEY (message) REFERENCES outbox_messages(id) ON DELETE CASCADE;--> statement-breakpoint
INSERT INTO record_checks DEFAULT VALUES;
