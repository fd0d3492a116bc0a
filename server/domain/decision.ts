/** Whether the publisher takes a change that the customer asked for. Pure. */

export type ChangeRequest = { action: string; planId: string | null; quantity: number | null };
export type Decision = { decision: "accept" | "reject"; reason: string };

/**
 * The decision on a change of plan or seats. The publisher's standing rule is to accept: the plans that a customer can
 * choose and the seats of each are limited by Microsoft from what the publisher entered in Partner Center.
 *
 * A change to what the subscription already has is Microsoft putting back a refused change; it is accepted always.
 */
export function decide(request: ChangeRequest, held: { planId: string; quantity: number | null } | null): Decision {
  if (request.action === "Reinstate")
    return { decision: "accept", reason: "The payment was fixed; a reinstatement cannot be refused." };
  const isRevert =
    held !== null &&
    ((request.action === "ChangePlan" && request.planId === held.planId) ||
      (request.action === "ChangeQuantity" && request.quantity === held.quantity));
  if (isRevert) return { decision: "accept", reason: "It asks for what the subscription already has." };
  return { decision: "accept", reason: "Every change that Microsoft offers the customer is accepted." };
}
