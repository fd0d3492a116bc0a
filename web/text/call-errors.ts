/** What went wrong with a call, for people. */
import { TRPCClientError } from "@trpc/client";
import { isOpen, NotSentError, outcomeText, UnansweredError } from "../sending/send-error.ts";

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

/** The act needs that the person proves once more who they are. */
export function needsFreshSignIn(error: unknown): boolean {
  return dataOf(error).appCode === "FreshSignIn";
}

export function isNotFound(error: unknown): boolean {
  return dataOf(error).code === "NOT_FOUND";
}

/** Only calls without an answer and failures of the server are worth a second try; a refusal stays one. */
export function isWorthRetrying(error: unknown): boolean {
  return !wasAnswered(error) || dataOf(error).code === "INTERNAL_SERVER_ERROR";
}

/** A sentence for the person. For a change that got no answer, it says what is known of it. */
export function messageOf(error: unknown, wasChange = false): string {
  if (!(error instanceof TRPCClientError))
    return error instanceof Error ? error.message : "Something unexpected happened.";
  if (wasAnswered(error) || error.cause instanceof NotSentError || error.cause instanceof UnansweredError)
    return error.message;
  return wasChange
    ? "Marketdesk did not answer, so it is not known whether this was carried out. Look at the operations before you try again."
    : "Marketdesk did not answer. Check your connection, then try again.";
}

/** What a form shows of a change that it sent. `submissionId`: more will be known of it later. */
export type FormProblem = { title: string; message: string; submissionId?: string };

export function problemOf(error: unknown, refused = "It was not done"): FormProblem {
  const cause = error instanceof TRPCClientError ? error.cause : undefined;
  if (cause instanceof NotSentError) return { title: "You are offline", message: cause.message };
  if (cause instanceof UnansweredError) {
    const problem = outcomeText(cause.outcome);
    return isOpen(cause.outcome) ? { ...problem, submissionId: cause.submissionId } : problem;
  }
  if (isSignedOut(error))
    return { title: "You are signed out", message: "Nothing was done. What you entered is still here." };
  if (needsFreshSignIn(error))
    return { title: "Confirm that it is you", message: "Nothing was done. What you entered is still here." };
  return { title: wasAnswered(error) ? refused : "No answer", message: messageOf(error, true) };
}

/** The first message for each field of a form, by the field's name. */
export function fieldProblems(error: unknown): Record<string, string> {
  const fields = Object.entries(dataOf(error).fields ?? {});
  return Object.fromEntries(fields.flatMap(([field, [first]]) => (first === undefined ? [] : [[field, first]])));
}
