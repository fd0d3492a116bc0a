/** The flight recorder: each step of an operation with its times and the calls to Microsoft that it made. */
import { AsyncLocalStorage } from "node:async_hooks";
import type { OperationStage } from "../../../shared/lifecycle.ts";
import type { StepCall } from "../../../shared/views/operations.ts";
import type { StepRow } from "../../database/writes/progress-writes.ts";
import type { CallRecord } from "../../marketplace/types.ts";
import { newId } from "../../database/statements/new-id.ts";

type Trace = { step: string; startedAt: Date; calls: StepCall[] };
const current = new AsyncLocalStorage<Trace>();

/** Runs a step so that the calls made in it are kept with it. */
export function traced<Result>(step: string, startedAt: Date, run: () => Promise<Result>): Promise<Result> {
  return current.run({ step, startedAt, calls: [] }, run);
}

/** Given to the Marketplace client: notes a call with the step that made it. False: no step is under way. */
export function recordCall({ at, ...call }: CallRecord): boolean {
  const trace = current.getStore();
  trace?.calls.push({ ...call, at: at.toISOString() });
  return trace !== undefined;
}

type StepResult = { stage: OperationStage; note: string | null; endedAt: Date };

/** The step that is under way as rows, to be written with what it changed; none outside of steps. */
export function stepRows(operationId: string, result: StepResult): StepRow[] {
  const trace = current.getStore();
  if (!trace) return [];
  return [
    {
      id: newId(result.endedAt),
      operationId,
      step: trace.step,
      startedAt: trace.startedAt,
      calls: trace.calls,
      ...result,
    },
  ];
}
