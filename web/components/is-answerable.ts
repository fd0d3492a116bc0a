import type { OperationView } from "../../shared/views/operations.ts";

/** Whether Microsoft waits for an answer that nobody has given yet. */
export function isAnswerable({ source, action, stage, decision, answerDueAt }: OperationView): boolean {
  const isAsked = source === "Azure" && (action === "ChangePlan" || action === "ChangeQuantity");
  return isAsked && stage === "verified" && decision === null && answerDueAt !== null;
}
