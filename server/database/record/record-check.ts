/**
 * Verifies the chain of the audit trail: each entry's hash over its content and the previous hash (see the chain's
 * migration). In batches with constant memory, with its position in the database.
 */
import { type SQL, sql } from "drizzle-orm";
import type { Database, Executor } from "../connection/database.ts";
import { recordChecks, type RecordProblem } from "../schema/record-chain.ts";

type Check = typeof recordChecks.$inferSelect;
type Values = Partial<Omit<Check, "id">>;
type Batch = { values: Values; found: RecordProblem[] };

const batchRows = 2_000;
/** More would not help. */
const maxKeptProblems = 20;

export type Verification = { at: Date | null; entries: number; found: RecordProblem[] };

/** The result of the last pass, and what the current one has found so far. */
export async function readVerification(db: Executor): Promise<Verification> {
  const [check] = await db.select().from(recordChecks);
  if (!check) return { at: null, entries: 0, found: [] };
  const chain = check.found.length > 0 ? check.found : check.verifiedFound;
  const rewritten: RecordProblem[] = check.rewrittenThrough
    ? [{ kind: "rewritten", about: check.rewrittenThrough.toISOString() }]
    : [];
  return { at: check.verifiedAt, entries: check.verifiedEntries, found: [...rewritten, ...chain] };
}

/**
 * Continues the pass to its end or until `isOver`. With several instances one of them does it.
 * @returns whether a pass has been completed
 */
export async function verifyRecord(db: Database, now: () => Date, isOver: () => boolean): Promise<boolean> {
  for (;;) {
    const step = await db.transaction((tx) => verifyBatch(tx, now()));
    if (step !== "more") return step === "end";
    if (isOver()) return false;
  }
}

async function verifyBatch(tx: Executor, now: Date): Promise<"more" | "end" | "busy"> {
  const [check] = await tx.select().from(recordChecks).for("update", { skipLocked: true });
  if (!check) return "busy";
  const { values, found } = await readBatch(tx, check);
  const all = [...check.found, ...found].slice(0, maxKeptProblems);
  const isEnd = values.phase === "chain" && check.phase === "entries";
  await tx.update(recordChecks).set(isEnd ? endOfPass(check, all, now) : { ...values, found: all });
  return isEnd ? "end" : "more";
}

/** The audit trail only grows: fewer entries than before were deleted together with their links. */
function endOfPass(check: Check, found: RecordProblem[], now: Date): Values {
  const isFewer = check.entries < check.verifiedEntries;
  const fewer: RecordProblem = { kind: "fewer", about: `${check.entries} of ${check.verifiedEntries}` };
  return {
    phase: "chain",
    atStream: 0,
    atSeq: 0,
    atEntry: null,
    entries: 0,
    found: [],
    verifiedAt: now,
    verifiedEntries: Math.max(check.entries, check.verifiedEntries),
    verifiedFound: isFewer ? [fewer, ...found] : found,
  };
}

type Row = { rows: number; stream?: string; seq?: string; entry?: string; found: RecordProblem[] };

async function readRow(tx: Executor, query: SQL): Promise<Row> {
  const { rows } = await tx.execute<Row>(query);
  return rows[0] ?? { rows: 0, found: [] };
}

async function readBatch(tx: Executor, check: Check): Promise<Batch> {
  switch (check.phase) {
    case "chain": {
      const batch = await readRow(tx, links(check.atStream, check.atSeq));
      const entries = check.entries + batch.rows;
      if (batch.rows < batchRows) return { values: { phase: "streams", atStream: 0, entries }, found: batch.found };
      return { values: { atStream: Number(batch.stream), atSeq: Number(batch.seq), entries }, found: batch.found };
    }
    case "streams": {
      const batch = await readRow(tx, heads(check.atStream));
      if (batch.rows < batchRows) return { values: { phase: "entries", atEntry: null }, found: batch.found };
      return { values: { atStream: Number(batch.stream) }, found: batch.found };
    }
    case "entries": {
      const batch = await readRow(tx, entriesWithoutLink(check.atEntry));
      if (batch.rows < batchRows) return { values: { phase: "chain" }, found: batch.found };
      return { values: { atEntry: batch.entry ?? null }, found: batch.found };
    }
  }
}

const problems = sql`coalesce((select json_agg(json_build_object('kind', kind, 'about', about))
  from (select * from checked where kind is not null limit ${maxKeptProblems}) few), '[]')`;

/** Each link: its entry exists and is unchanged or recorded as erased, and the previous link exists. */
function links(stream: number, seq: number): SQL {
  return sql`with batch as materialized (
      select * from activity_chain where (stream_id, seq) > (${stream}::bigint, ${seq}::bigint)
      order by stream_id, seq limit ${batchRows}),
    checked as (
      select b.activity_id as about, case
          when a.id is null then 'deleted'
          when s.name is distinct from activity_stream(a) then 'moved'
          when b.seq > 1 and f.hash is null then 'gap'
          when b.version = 2 and b.salt is null and e.activity_id is null then 'erased'
          when b.version = 2 and b.salt is not null
            and b.commitment is distinct from activity_commitment(a, n.text, b.salt) then 'edited'
          when b.version = 2
            and b.hash is distinct from activity_link_hash(a, b.seq, coalesce(f.hash, ''), b.commitment) then 'edited'
          when b.version = 1 and e.activity_id is null
            and b.hash is distinct from activity_hash(a, b.seq, coalesce(f.hash, '')) then 'edited' end as kind
      from batch b left join activity a on a.id = b.activity_id left join activity_streams s on s.id = b.stream_id
      left join subscription_notes n on n.id = b.activity_id and a.kind = 'subscription.note_added'
      left join erased_entries e on e.activity_id = b.activity_id
      left join activity_chain f on f.stream_id = b.stream_id and f.seq = b.seq - 1)
    select (select count(*)::int from batch) as rows, stream_id as stream, seq, ${problems} as found
    from batch order by stream_id desc, seq desc limit 1`;
}

/** Each stream ends where its head says. */
function heads(stream: number): SQL {
  return sql`with batch as materialized (
      select * from activity_streams where id > ${stream}::bigint order by id limit ${batchRows}),
    checked as (
      select b.name as about, case when l.seq is distinct from b.count or l.hash is distinct from b.hash then 'cut' end as kind
      from batch b left join lateral (
        select seq, hash from activity_chain c where c.stream_id = b.id order by seq desc limit 1) l on true)
    select (select count(*)::int from batch) as rows, id as stream, ${problems} as found
    from batch order by id desc limit 1`;
}

function entriesWithoutLink(entry: string | null): SQL {
  return sql`with batch as materialized (
      select id from activity where ${entry}::uuid is null or id > ${entry}::uuid order by id limit ${batchRows}),
    checked as (
      select b.id as about, case when c.activity_id is null then 'unchained' end as kind
      from batch b left join activity_chain c on c.activity_id = b.id)
    select (select count(*)::int from batch) as rows, id as entry, ${problems} as found
    from batch order by id desc limit 1`;
}
