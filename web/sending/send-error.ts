/** Errors of changes without an answer. Their messages are shown to people. */
import type { SubmissionView } from "../../shared/views/submissions.ts";

/** The change was never sent. */
export class NotSentError extends Error {
  override name = "NotSent";
  constructor() {
    super("You are offline. Nothing was sent, and nothing will be sent later. Your input stays here.");
  }
}

/** `unknown`: the server could not be asked yet. `elsewhere`: another person is signed in now. */
export type Outcome = SubmissionView | { state: "unknown" | "elsewhere" };

/** The change was sent, but no answer arrived. */
export class UnansweredError extends Error {
  override name = "Unanswered";
  readonly submissionId: string;
  readonly outcome: Outcome;
  constructor(submissionId: string, outcome: Outcome) {
    super(outcomeText(outcome).message);
    this.submissionId = submissionId;
    this.outcome = outcome;
  }
}

export function outcomeText(outcome: Outcome): { title: string; message: string } {
  switch (outcome.state) {
    case "unknown":
      return {
        title: "No response",
        message:
          "It is unknown whether your change arrived. Marketdesk checks as soon as the server is reachable and does not send it again.",
      };
    case "running":
      return {
        title: "Still in progress",
        message: "Your change arrived and is still being processed. The result appears here.",
      };
    case "done":
      return { title: "Change completed", message: "Your change was made; only the response was lost." };
    case "withdrawn":
      return {
        title: "Change not sent",
        message: "Your change did not arrive, and nothing was changed. Try again.",
      };
    case "interrupted":
      return {
        title: "Outcome unknown",
        message:
          "The server stopped while processing your change. Check the operations and the activity before you try again.",
      };
    case "elsewhere":
      return {
        title: "Outcome unknown",
        message:
          "Another person is signed in to this browser now. Check the operations and the activity before you try again.",
      };
    case "refused":
    case "failed":
      return { title: "Nothing was changed", message: outcome.message };
  }
}

/** Whether the outcome is still being determined. */
export function isOpen({ state }: Outcome): boolean {
  return state === "unknown" || state === "running";
}
