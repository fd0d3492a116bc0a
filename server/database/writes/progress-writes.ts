/** Writes the progress of many operations in one statement. */
import type { OperationStage } from "../../../shared/lifecycle.ts";
import type { ChangeView } from "../../../shared/views/history.ts";
import { createBatcher } from "../statements/batch.ts";
import { oncePerDatabase } from "../statements/once-per-database.ts";
import type { Database } from "../connection/database.ts";
import { type Operation, rawOperation, readOperationRow } from "./operation-claims.ts";
import { rawValues } from "../statements/raw-rows.ts";
import { announcement, changesChannel } from "../record/record.ts";
import type { operationSteps } from "../schema/operations.ts";

export type StepRow = typeof operationSteps.$inferInsert;

/** The state that a run started from; the write fails if another run was faster. */
export type ExpectedState = { id: string; stage: OperationStage; claimedBy: string | null; dueAt: Date | null };

export type ProgressWrite = {
  from: ExpectedState;
  /** Columns that change. */
  patch: Partial<Operation>;
  steps: StepRow[];
  /** How long until the next run; null: this one continues. A settled or stuck operation is never due. */
  waitMs: number | null;
  /** Whether open pages are notified. */
  isAnnounced: boolean;
  subscriptionId: string;
};

/** Columns of an operation that a run may change. */
export const progressColumns = [
  "stage",
  "status",
  "outcome",
  "plan_id",
  "quantity",
  "term_ends_on",
  "source",
  "marketplace_id",
  "decision",
  "decision_reason",
  "decision_rule_id",
  "decision_rule_version",
  "held_plan_id",
  "held_quantity",
  "acknowledged_at",
  "occurred_at",
  "sent_at",
  "attempts",
  "effect_awaited_since",
  "attention",
  "last_error",
  "stuck_at",
  "claimed_by",
  "updated_at",
  "settled_at",
];

/**
 * Sets the columns of `i.patch` and computes when the next run is due, by the database's clock. A due time set
 * during the run is kept, because it may be a notification that the run did not see.
 */
export const setPatch = `set (${progressColumns.join(", ")}, due_at) = (
    select ${progressColumns.map((column) => `p.${column}`).join(", ")},
      case when p.stage = 'settled' or p.stuck_at is not null then null
        when i.wait_ms is null or o.due_at is distinct from i.due_seen then o.due_at
        else now() + make_interval(secs => i.wait_ms / 1000.0) end
    from jsonb_populate_record(o, i.patch) p)`;

export const stepColumns = "id, operation_id, started_at, ended_at, step, stage, note, calls";

const progress = `
with input as materialized (
  select * from jsonb_to_recordset($1::jsonb) as row(id uuid, from_stage operation_stage, claim text, due_seen timestamptz, patch jsonb, wait_ms float8)
), open as materialized (
  select o.id from operations o join input i on i.id = o.id
  where o.stage = i.from_stage and o.claimed_by is not distinct from i.claim
  order by o.id for update of o
), moved as (
  update operations o ${setPatch} from input i join open using (id) where o.id = i.id
  returning o.*
), stepped as (
  insert into operation_steps (${stepColumns})
  select ${stepColumns} from jsonb_populate_recordset(null::operation_steps, $2::jsonb) s where s.operation_id in (select id from open)
), notified as (
  select pg_notify('${changesChannel}', $3) where $3 <> ''
)
select moved.* from moved left join notified on true`;

const writerOf = oncePerDatabase((db) =>
  createBatcher<ProgressWrite, Operation | null>({
    run: (writes) => runProgress(db, writes),
    batchSize: 128,
    concurrency: 2,
    keyOf: ({ from }) => from.id,
  }),
);

/** Writes progress. Returns the current operation, or null if another run was faster and nothing was written. */
export function writeProgress(db: Database, write: ProgressWrite): Promise<Operation | null> {
  return writerOf(db)(write);
}

async function runProgress(db: Database, writes: ProgressWrite[]): Promise<(Operation | null)[]> {
  const { rows } = await db.$client.query<Record<string, unknown>>({
    name: "write-progress",
    text: progress,
    values: [
      JSON.stringify(
        writes.map(({ from, patch, waitMs }) => ({
          ...expectedState(from),
          patch: rawOperation(patch),
          wait_ms: waitMs,
        })),
      ),
      JSON.stringify(writes.flatMap(({ steps }) => steps.map(rawValues))),
      announcement(writes.filter((write) => write.isAnnounced).map(operationChange)),
    ],
  });
  const written = new Map(rows.map((row) => [row["id"], readOperationRow(row)]));
  return writes.map(({ from }) => written.get(from.id) ?? null);
}

/** As `input` of the statements reads it. */
export function expectedState({ id, stage, claimedBy, dueAt }: ExpectedState) {
  return { id, from_stage: stage, claim: claimedBy, due_seen: dueAt };
}

export function operationChange({ subscriptionId }: { subscriptionId: string }): ChangeView {
  return { topic: "operation", subscriptionId };
}
