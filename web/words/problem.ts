/** What went wrong with a call, for people. */
import { TRPCClientError } from "@trpc/client";

type ErrorData = { code?: string; appCode?: string; fields?: Record<string, string[]> };

function dataOf(error: unknown): ErrorData {
  return error instanceof TRPCClientError ? ((error.data ?? {}) as ErrorData) : {};
}

/** Whether the server answered at all; a call without an answer may or may not have been carried out. */
export function wasAnswered(error: unknown): boolean {
  return dataOf(error).code !== undefined;
}

export function isSignedOut(error: unknown): boolean {
  return dataOf(error).code === "UNAUTHORIZED";
}

export function isNotFound(error: unknown): boolean {
  return dataOf(error).code === "NOT_FOUND";
}

/** Only calls without an answer and failures of the server are worth a second try; a refusal stays one. */
export function isWorthRetrying(error: unknown): boolean {
  return !wasAnswered(error) || dataOf(error).code === "INTERNAL_SERVER_ERROR";
}

/** A sentence for the person. For a change that got no answer, it says that the change may have happened. */
export function messageOf(error: unknown, wasChange = false): string {
  if (error instanceof TRPCClientError && wasAnswered(error)) return error.message;
  if (!(error instanceof TRPCClientError))
    return error instanceof Error ? error.message : "Something unexpected happened.";
  return wasChange
    ? "The desk did not answer, so it is not known whether this was carried out. Look at the operations below before you try again."
    : "The desk did not answer. Check your connection; this page tries again when you ask it to.";
}

/** The first message for each field of a form, by the field's name. */
export function fieldProblems(error: unknown): Record<string, string> {
  const fields = Object.entries(dataOf(error).fields ?? {});
  return Object.fromEntries(fields.flatMap(([field, [first]]) => (first === undefined ? [] : [[field, first]])));
}
