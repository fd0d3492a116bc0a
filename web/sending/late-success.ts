import { TRPCClientError } from "@trpc/client";
import { UnansweredError } from "./send-error.ts";
import { waitForOutcome } from "./unanswered.ts";

/** How long a form waits for the outcome of a change whose response was lost. */
const outcomeWaitMs = 24 * 60 * 60_000;

/** Calls `act` if the change behind this error turns out to have been made, and only its response was lost. */
export function onLateSuccess(error: unknown, act: () => void): void {
  const { cause } = error instanceof TRPCClientError ? error : {};
  if (!(cause instanceof UnansweredError)) return;
  void waitForOutcome(cause.submissionId, outcomeWaitMs).then(({ state }) => {
    if (state === "done") act();
  });
}
