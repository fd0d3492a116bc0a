import type { OperationView } from "../../shared/views/operations.ts";

/** Whether Microsoft is still waiting for an answer. */
export function isAnswerable({ source, action, stage, decision, answerDueAt }: OperationView): boolean {
  const isAsked = source === "Azure" && (action === "ChangePlan" || action === "ChangeQuantity");
  return isAsked && stage === "verified" && decision === null && answerDueAt !== null;
}
