/** Why a change has no answer. The message of each is a sentence for the person. */
import type { SubmissionView } from "../../shared/views/submissions.ts";

/** It never left this page. */
export class NotSentError extends Error {
  override name = "NotSent";
  constructor() {
    super("You are offline. Nothing was sent, and nothing will be sent later. What you entered stays here.");
  }
}

/** `unknown`: it has not been possible to ask the server yet. `elsewhere`: somebody else is signed in now. */
export type Outcome = SubmissionView | { state: "unknown" | "elsewhere" };

/** It was sent, and no answer came. */
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
        title: "No answer",
        message:
          "We don't know yet whether it arrived. Marketdesk checks as soon as the server can be reached and tells you. It is not sent again.",
      };
    case "running":
      return {
        title: "Still in progress",
        message: "It arrived, and the server is still working on it. Marketdesk tells you when it is done.",
      };
    case "done":
      return { title: "It was done", message: "It arrived and was carried out; only the answer was lost." };
    case "withdrawn":
      return {
        title: "It did not arrive",
        message: "Nothing was changed, and nothing will be sent later. You can try again.",
      };
    case "interrupted":
      return {
        title: "The outcome is not known",
        message:
          "The server stopped while it was working on this. Look at the operations and the activity before you try again.",
      };
    case "elsewhere":
      return {
        title: "The outcome is not known",
        message:
          "Somebody else is signed in to this browser now. Look at the operations and the activity before you try again.",
      };
    case "refused":
    case "failed":
      return { title: "It was not done", message: outcome.message };
  }
}

/** Whether more will be known of it later. */
export function isOpen({ state }: Outcome): boolean {
  return state === "unknown" || state === "running";
}
