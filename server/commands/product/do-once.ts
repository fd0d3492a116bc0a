/** Carries out a command of the product once for each `Idempotency-Key`. */
import { createHash } from "node:crypto";
import type { CallOutcome, ProductOperation, ProductPlannedChange } from "../../../shared/product-operations.ts";
import type { Context } from "../../context.ts";
import { findProductOperation } from "../../database/queries/product-operations.ts";
import { findProductPlannedChange } from "../../database/queries/product-planned-changes.ts";
import { newId } from "../../database/statements/new-id.ts";
import { beginCall, type CallKey, finishCall, releaseCall } from "../../database/writes/idempotent-calls.ts";
import { AppError, type AppErrorCode, errorTable } from "../../errors.ts";

type Call = { apiKeyId: string; idempotencyKey: string; method: string; path: string; input: unknown };

/** Another call with the same key is in progress. */
export class CallInProgress extends AppError {
  constructor() {
    super("Conflict", "A call with this Idempotency-Key is in progress. Repeat it in a few seconds.");
  }
}

/** The key was used for something else. */
export class KeyReused extends AppError {
  constructor() {
    super(
      "Unprocessable",
      "This Idempotency-Key was used for another call within the last 24 hours. Use a new key for each command.",
    );
  }
}

/** What a command creates, and how it is found again. */
type Creation<Result> = {
  find(ctx: Context, id: string): Promise<Result | null>;
  /** The stored outcome, and the result in one. */
  store(result: Result): CallOutcome;
  read(outcome: CallOutcome): Result | null;
};

const operations: Creation<ProductOperation> = {
  find: (ctx, id) => findProductOperation(ctx.db, id, ctx.now()),
  store: (operation) => ({ operation }),
  read: (outcome) => ("operation" in outcome ? outcome.operation : null),
};

const plannedChanges: Creation<ProductPlannedChange> = {
  find: (ctx, id) => findProductPlannedChange(ctx.db, id),
  store: (plannedChange) => ({ plannedChange }),
  read: (outcome) => ("plannedChange" in outcome ? outcome.plannedChange : null),
};

/** Runs a command that creates an operation. @throws as `createOnce` */
export async function doOnce(ctx: Context, call: Call, run: (operationId: string) => Promise<unknown>) {
  const { result, isRepeated } = await createOnce(ctx, call, run, operations);
  return { operation: result, isRepeated };
}

/** Runs a command that plans a change. @throws as `createOnce` */
export function planOnce(ctx: Context, call: Call, run: (plannedChangeId: string) => Promise<unknown>) {
  return createOnce(ctx, call, run, plannedChanges);
}

/**
 * Runs the command, or gives the outcome that it had the first time. Refusals are kept like results; what failed because
 * Microsoft or Marketdesk could not answer is not, so that it can be repeated. Such a failure can also be a connection lost
 * during the commit: the repeated call first looks for what this one may have created.
 * @param run must create what it creates under the given ID
 * @throws CallInProgress, KeyReused, and what the command throws
 */
async function createOnce<Result>(
  ctx: Context,
  call: Call,
  run: (id: string) => Promise<unknown>,
  creation: Creation<Result>,
): Promise<{ result: Result; isRepeated: boolean }> {
  const key: CallKey = { apiKeyId: call.apiKeyId, idempotencyKey: call.idempotencyKey };
  const fingerprint = fingerprintOf(call);
  const begun = await beginCall(ctx.db, { ...key, fingerprint, operationId: newId(ctx.now()) }, ctx.now());
  if (begun.state === "known") {
    if (begun.call.fingerprint !== fingerprint) throw new KeyReused();
    if (begun.call.outcome === null) throw new CallInProgress();
    return { result: resultOf(begun.call.outcome, creation), isRepeated: true };
  }
  const { operationId } = begun;
  const find = () => creation.find(ctx, operationId);
  try {
    const isDone = begun.isTakenOver && (await find()) !== null;
    if (!isDone) await run(operationId);
  } catch (error) {
    if (!isFinal(error)) {
      // If the database is unavailable, the call can be taken over later.
      await releaseCall(ctx.db, key).catch((problem: unknown) =>
        ctx.log.warn({ err: problem }, "could not release a call of the product"),
      );
      throw error;
    }
    // The commit of another attempt, earlier or one that took over, may be the reason of this refusal.
    if ((await find()) === null) {
      await finishCall(ctx.db, key, { refusal: { code: error.code, message: error.message, fields: error.fields } });
      throw error;
    }
  }
  const result = await find();
  if (result === null) throw new Error("A command of the product did not use its ID.");
  await finishCall(ctx.db, key, creation.store(result));
  return { result, isRepeated: false };
}

function isFinal(error: unknown): error is AppError {
  return error instanceof AppError && errorTable[error.code].http < 500;
}

function resultOf<Result>(outcome: CallOutcome, { read }: Creation<Result>): Result {
  const result = read(outcome);
  if (result !== null) return result;
  if (!("refusal" in outcome)) throw new KeyReused();
  const { code, message, fields } = outcome.refusal;
  throw new AppError(code as AppErrorCode, message, { fields });
}

function fingerprintOf({ method, path, input }: Call): string {
  return createHash("sha256")
    .update(JSON.stringify([method, path, input]))
    .digest("hex");
}
