import type { Context } from "../../context.ts";
import type { Executor } from "../../database/connection/database.ts";
import { digestOfIds } from "../../database/record/record-proof.ts";
import { record } from "../../database/record/record.ts";

/** The audit entry that proves which entries were erased: `npm run verify-record` compares number and digest. */
export async function recordErasure(
  tx: Executor,
  ctx: Pick<Context, "actor" | "now">,
  erasure: { id: string; entries: string[]; rows: number; reason: string },
): Promise<void> {
  const { id, entries, rows, reason } = erasure;
  await record(tx, ctx.actor, ctx.now(), [
    {
      id,
      kind: "person.erased",
      summary: "A person's data was erased",
      after: { entries: entries.length, digest: digestOfIds(entries.toSorted()), rows },
      reason,
    },
  ]);
}
