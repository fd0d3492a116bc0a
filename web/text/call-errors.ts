/** Error messages of failed calls. */
import { TRPCClientError } from "@trpc/client";
import { isOpen, NotSentError, outcomeText, UnansweredError } from "../sending/send-error.ts";

type ErrorData = { code?: string; appCode?: string; fields?: Record<string, string[]> };

function dataOf(error: unknown): ErrorData {
  return error instanceof TRPCClientError ? ((error.data ?? {}) as ErrorData) : {};
}

/** Whether the server answered. A call without an answer may or may not have been carried out. */
export function wasAnswered(error: unknown): boolean {
  return dataOf(error).code !== undefined;
}

export function isSignedOut(error: unknown): boolean {
  return dataOf(error).code === "UNAUTHORIZED";
}

/** Whether the action requires a recent sign-in. */
export function needsFreshSignIn(error: unknown): boolean {
  return dataOf(error).appCode === "FreshSignIn";
}

/**
 * Whether what a page's call names does not exist; nothing has an ID of another form, such as one cut off when it was copied.
 * A server of another version answers `NOT_FOUND` to procedures that it does not have.
 */
export function isNotFound(error: unknown): boolean {
  const { appCode, fields } = dataOf(error);
  return appCode === "NotFound" || (appCode === "Invalid" && fields?.["id"] !== undefined);
}

/** Whether the server understood the call, but refuses it as it is. */
export function isUnprocessable(error: unknown): boolean {
  return dataOf(error).code === "UNPROCESSABLE_CONTENT";
}

/** A read is retried after a missing answer, a server error or too many requests; another refusal would only be repeated. */
export function isWorthRetrying(error: unknown): boolean {
  const { code } = dataOf(error);
  return code === undefined || code === "INTERNAL_SERVER_ERROR" || code === "TOO_MANY_REQUESTS";
}

/** An error of this page's code, such as for a field that a server of another version does not send. Its message is for engineers. */
function isOfCode({ name }: Error): boolean {
  return /^(?:Type|Range|Reference)Error$/.test(name);
}

/** The error as a sentence. `wasChange`: without an answer, say that the outcome is unknown. */
export function messageOf(error: unknown, wasChange = false): string {
  if (!(error instanceof TRPCClientError))
    return error instanceof Error && !isOfCode(error)
      ? error.message
      : "Marketdesk may have been updated since this page was opened. Reload the page.";
  if (wasAnswered(error) || error.cause instanceof NotSentError || error.cause instanceof UnansweredError)
    return error.message;
  return wasChange
    ? "Marketdesk did not respond, so it is unknown whether the change was made. Check the operations before you try again."
    : "Marketdesk did not respond. Check your connection, then try again.";
}

/** Why a form's change has no result. `submissionId` is set while its outcome is being determined, and if it was made. */
export type FormProblem = { title: string; message: string; submissionId?: string };

export function problemOf(error: unknown, refused = "Nothing was changed"): FormProblem {
  const cause = error instanceof TRPCClientError ? error.cause : undefined;
  if (cause instanceof NotSentError) return { title: "You are offline", message: cause.message };
  if (cause instanceof UnansweredError) {
    const problem = outcomeText(cause.outcome);
    const isFollowed = isOpen(cause.outcome) || cause.outcome.state === "done";
    return isFollowed ? { ...problem, submissionId: cause.submissionId } : problem;
  }
  if (isSignedOut(error))
    return { title: "You are signed out", message: "Nothing was changed. Your input is still here." };
  if (needsFreshSignIn(error))
    return { title: "Confirm your identity", message: "Nothing was changed. Your input is still here." };
  if (dataOf(error).appCode === "OutcomeUnknown") return { title: "Outcome unknown", message: messageOf(error) };
  return { title: wasAnswered(error) ? refused : "No response", message: messageOf(error, true) };
}

/** The first message for each field of a form, by the field's name. */
export function fieldProblems(error: unknown): Record<string, string> {
  const fields = Object.entries(dataOf(error).fields ?? {});
  return Object.fromEntries(fields.flatMap(([field, [first]]) => (first === undefined ? [] : [[field, first]])));
}
