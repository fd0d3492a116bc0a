import { TRPCClientError } from "@trpc/client";
import { UnansweredError } from "./send-error.ts";
import { waitForOutcome } from "./unanswered.ts";

/** How long the outcome of a change without an answer matters to its form. */
const outcomeWaitMs = 24 * 60 * 60_000;

/** Acts if the change that failed with this error turns out to have been made: only its answer was lost. */
export function onceMade(error: unknown, act: () => void): void {
  const { cause } = error instanceof TRPCClientError ? error : {};
  if (!(cause instanceof UnansweredError)) return;
  void waitForOutcome(cause.submissionId, outcomeWaitMs).then(({ state }) => {
    if (state === "done") act();
  });
}
