/**
 * Proves the whole audit trail from outside: reads the rows, computes all hashes here, and trusts no function,
 * trigger or result of the database. Constant memory.
 */
import { createHash, type Hash } from "node:crypto";
import type pg from "pg";
import { type Anchor } from "./record-anchor.ts";
import { commitmentOf, firstLinkHash, type HashedEntry, linkHash, streamOf } from "./record-hash.ts";
import type { Database } from "../connection/database.ts";
import { firstIdAt } from "../statements/keyset.ts";
import type { RecordProblem } from "../schema/record-chain.ts";
import { type RunQuery } from "./usage-of-day.ts";
import { proveUsage } from "./usage-proof.ts";

export type Proof = {
  entries: number;
  streams: number;
  erasures: number;
  /** What was compared with the digests of usage that the audit trail has. */
  usage: { days: number; hours: number };
  /** The first hundred. */
  problems: RecordProblem[];
  problemCount: number;
  /** Each given anchor, and whether the audit trail still matches it. */
  anchors: { anchor: Anchor; isEqual: boolean }[];
};

const batchRows = 2_000;
const maxProblems = 100;
const none = Buffer.alloc(0);

type Link = HashedEntry & {
  stream_id: string;
  seq: string;
  activity_id: string;
  hash: Buffer;
  version: number;
  commitment: Buffer | null;
  salt: Buffer | null;
  entry_id: string | null;
  note: string | null;
  stream_name: string | null;
  stream_count: string | null;
  stream_hash: Buffer | null;
  erasure_id: string | null;
};

const links = `
select c.stream_id, c.seq, c.activity_id, c.hash, c.version, c.commitment, c.salt, a.id as entry_id, a.id,
  (extract(epoch from a.at) * 1000)::bigint::text as at_ms, a.subscription_id, a.operation_id, a.delivery_id,
  a.actor_kind::text, a.actor_id, a.actor_name, a.kind, a.summary, a.before::text, a.after::text, a.reason, a.reason_code,
  a.source::text, a.bulk_run_id, n.text as note, s.name as stream_name, s.count as stream_count, s.hash as stream_hash,
  e.erasure_id
from (select * from activity_chain where (stream_id, seq) > ($1::bigint, $2::bigint) order by stream_id, seq limit ${batchRows}) c
left join activity a on a.id = c.activity_id
left join subscription_notes n on n.id = a.id and a.kind = 'subscription.note_added'
left join activity_streams s on s.id = c.stream_id
left join erased_entries e on e.activity_id = c.activity_id
order by c.stream_id, c.seq`;

/**
 * Reads one snapshot of the audit trail.
 * @param anchors from outside, to compare with
 */
export async function proveRecord(db: Database, anchors: Anchor[]): Promise<Proof> {
  const pass = new Pass(anchors);
  const client = await db.$client.connect();
  await client.query("begin isolation level repeatable read read only");
  try {
    let place = ["0", "0"];
    for (;;) {
      const { rows } = await client.query<Link>(links, place);
      for (const row of rows) pass.take(row);
      const last = rows.at(-1);
      if (!last || rows.length < batchRows) break;
      place = [last.stream_id, last.seq];
    }
    pass.endStream();
    await findUnchained(client, pass);
    await proveErasures(client, pass);
    const query: RunQuery = async <Row>(text: string) => (await client.query(text)).rows as Row[];
    pass.usage = await proveUsage(query, (problem) => pass.note(problem));
  } finally {
    await client.query("rollback").finally(() => client.release());
  }
  return pass.proof();
}

class Pass {
  usage = { days: 0, hours: 0 };
  #previous: Link | null = null;
  #entries = 0;
  #streams = 0;
  #erasures = 0;
  #problems: RecordProblem[] = [];
  #problemCount = 0;
  #anchors: AnchorPass[];

  constructor(anchors: Anchor[]) {
    this.#anchors = anchors.map((anchor) => new AnchorPass(anchor));
  }

  take(link: Link): void {
    if (this.#previous?.stream_id !== link.stream_id) {
      this.endStream();
      this.#streams += 1;
    }
    this.#entries += 1;
    const kind = this.#problemOf(link);
    if (kind) this.note({ kind, about: link.activity_id });
    for (const anchor of this.#anchors) anchor.take(link);
    this.#previous = link;
  }

  #problemOf(link: Link): RecordProblem["kind"] | null {
    const previous = this.#previous;
    const expected = previous ? BigInt(previous.seq) + 1n : 1n;
    if (link.entry_id === null) return "deleted";
    if (BigInt(link.seq) !== expected) return "gap";
    if (link.stream_name !== streamOf(link)) return "moved";
    const before = previous?.hash ?? none;
    if (link.version === 1) {
      return link.erasure_id === null && !firstLinkHash(link, link.seq, before).equals(link.hash) ? "edited" : null;
    }
    if (link.version !== 2 || link.commitment === null) return "edited";
    if (link.salt === null) {
      if (link.erasure_id === null) return "erased";
    } else if (!commitmentOf(link, link.note, link.salt).equals(link.commitment)) return "edited";
    return linkHash(link, link.seq, before, link.commitment).equals(link.hash) ? null : "edited";
  }

  /** The last link of a chain must be the one that its head names. */
  endStream(): void {
    const last = this.#previous;
    if (!last) return;
    if (last.stream_count !== last.seq || last.stream_hash === null || !last.stream_hash.equals(last.hash)) {
      this.note({ kind: "cut", about: last.stream_name ?? last.stream_id });
    }
    for (const anchor of this.#anchors) anchor.endStream();
    this.#previous = null;
  }

  note(problem: RecordProblem): void {
    this.#problemCount += 1;
    if (this.#problems.length < maxProblems) this.#problems.push(problem);
  }

  noteErasure(): void {
    this.#erasures += 1;
  }

  proof(): Proof {
    return {
      entries: this.#entries,
      streams: this.#streams,
      erasures: this.#erasures,
      usage: this.usage,
      problems: this.#problems,
      problemCount: this.#problemCount,
      anchors: this.#anchors.map((anchor) => ({ anchor: anchor.anchor, isEqual: anchor.isEqual() })),
    };
  }
}

/** Recomputes an anchor like `readAnchor`. */
class AnchorPass {
  readonly anchor: Anchor;
  readonly #before: string;
  readonly #digest: Hash = createHash("sha256");
  #entries = 0;
  #streams = 0;
  #last: Buffer | null = null;

  constructor(anchor: Anchor) {
    this.anchor = anchor;
    this.#before = firstIdAt(Date.parse(anchor.through));
  }

  take(link: Link): void {
    if (link.activity_id >= this.#before) return;
    this.#entries += 1;
    this.#last = link.hash;
  }

  endStream(): void {
    if (!this.#last) return;
    this.#streams += 1;
    this.#digest.update(this.#last);
    this.#last = null;
  }

  isEqual(): boolean {
    const { entries, streams, digest } = this.anchor;
    return this.#entries === entries && this.#streams === streams && this.#digest.digest("hex") === digest;
  }
}

/** Entries without a chain, and chains without entries. */
async function findUnchained(client: pg.PoolClient, pass: Pass): Promise<void> {
  const { rows } = await client.query<RecordProblem>(`
    (select 'unchained' as kind, a.id::text as about from activity a
      where not exists (select from activity_chain c where c.activity_id = a.id) limit ${maxProblems})
    union all
    (select 'cut', s.name from activity_streams s
      where not exists (select from activity_chain c where c.stream_id = s.id) limit ${maxProblems})`);
  for (const row of rows) pass.note(row);
}

type Erasure = {
  erasure_id: string;
  ids: string[];
  kind: string | null;
  after: { entries?: number; digest?: string } | null;
};

/** Compares erased entries with the recorded erasures. */
async function proveErasures(client: pg.PoolClient, pass: Pass): Promise<void> {
  const { rows } = await client.query<Erasure>(`
    select e.erasure_id, array_agg(e.activity_id::text order by e.activity_id) as ids, a.kind, a.after
    from erased_entries e left join activity a on a.id = e.erasure_id group by e.erasure_id, a.kind, a.after`);
  for (const { erasure_id: id, ids, kind, after } of rows) {
    pass.noteErasure();
    if (kind !== "person.erased" || after?.entries !== ids.length || after.digest !== digestOfIds(ids)) {
      pass.note({ kind: "erased", about: id });
    }
  }
}

/**
 * What an erasure's entry stores about the entries that it erased.
 * @param ids sorted
 */
export function digestOfIds(ids: string[]): string {
  return createHash("sha256").update(ids.join("\n")).digest("hex");
}
