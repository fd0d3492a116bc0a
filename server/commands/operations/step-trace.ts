/** Traces each step of an operation: its times and its calls to Microsoft. */
import { AsyncLocalStorage } from "node:async_hooks";
import type { OperationStage } from "../../../shared/lifecycle.ts";
import type { StepCall } from "../../../shared/views/operations.ts";
import type { StepRow } from "../../database/writes/progress-writes.ts";
import type { CallRecord } from "../../marketplace/types.ts";
import { newId } from "../../database/statements/new-id.ts";

type Trace = { step: string; startedAt: Date; calls: StepCall[] };
const current = new AsyncLocalStorage<Trace>();

/** Runs a step and collects the calls made in it. */
export function traced<Result>(step: string, startedAt: Date, run: () => Promise<Result>): Promise<Result> {
  return current.run({ step, startedAt, calls: [] }, run);
}

/** For the Marketplace client: adds a call to the current step. False if there is none. */
export function recordCall({ at, ...call }: CallRecord): boolean {
  const trace = current.getStore();
  trace?.calls.push({ ...call, at: at.toISOString() });
  return trace !== undefined;
}

type StepResult = { stage: OperationStage; note: string | null; endedAt: Date };

/** The current step as rows, to be written together with its changes; none outside of a step. */
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
