/** Microsoft as a case has it: answers reads from the record, and takes an answer to a change without sending anything. */
import type { PinnedCase } from "../../shared/cases.ts";
import { isLifecycleAction, lifecycle } from "../../shared/lifecycle.ts";
import { MarketplaceError, noFacts } from "../marketplace/errors.ts";
import { parseWebhookBody } from "../marketplace/read-webhook-body.ts";
import { readOperation } from "../marketplace/read-operation.ts";
import { readSubscription } from "../marketplace/read-subscription.ts";
import type { AcknowledgeOutcome, Marketplace, MarketplaceSubscription } from "../marketplace/types.ts";
import { factsAfter } from "../commands/cases/pin-case.ts";

export function recordedMarketplace(pinned: PinnedCase): Marketplace {
  const webhook = parseWebhookBody(Buffer.from(pinned.body));
  const action = webhook.action ?? "";
  const before = pinned.before;
  const isAnswerDue =
    isLifecycleAction(action) && lifecycle[action].acknowledge === "required" && webhook.source !== "Partner";
  let answered: AcknowledgeOutcome | null = null;

  function status(): string {
    if (isAnswerDue && answered === null) return "InProgress";
    if (answered === "Failure") return "Failed";
    const { status: recorded } = pinned.microsoft;
    const hasFailedBySelf = recorded === "Conflict" || (recorded === "Failed" && pinned.recorded.decision !== "reject");
    return hasFailedBySelf ? recorded : "Succeeded";
  }

  const notRecorded = () => Promise.reject(unknown("The case has no record of this call."));

  return {
    getOperation(subscriptionId, id) {
      const wire = { id, subscriptionId, action, status: status(), planId: webhook.planId, quantity: webhook.quantity };
      const source = webhook.source === null ? {} : { operationRequestSource: webhook.source };
      const operation = readOperation({ ...wire, ...source }, { subscriptionId });
      return pinned.microsoft.isKnown && operation
        ? Promise.resolve(operation)
        : Promise.reject(unknown("Microsoft did not know this operation."));
    },
    getSubscription(id) {
      const current = before && status() === "Succeeded" ? factsAfter({ ...webhook, action }, before) : before;
      return current === null ? notRecorded() : Promise.resolve(subscriptionOf(id, current));
    },
    acknowledge(_subscriptionId, _operationId, outcome) {
      answered = outcome;
      return Promise.resolve();
    },
    resolve: notRecorded,
    activate: notRecorded,
    listSubscriptions: notRecorded,
    listAvailablePlans: notRecorded,
    changePlan: notRecorded,
    changeQuantity: notRecorded,
    cancel: notRecorded,
    listOperations: notRecorded,
    sendUsage: notRecorded,
    listUsage: notRecorded,
  };
}

/** What Microsoft's Get Subscription returns for these values; the case has nothing else of it. */
export function subscriptionOf(id: string, facts: NonNullable<PinnedCase["before"]>): MarketplaceSubscription {
  const { status, ...rest } = facts;
  const read = readSubscription({ id, name: "Case", ...rest, saasSubscriptionStatus: status });
  if (read === null) throw new Error("A case without the id of its subscription cannot be replayed.");
  return read;
}

function unknown(message: string): MarketplaceError {
  return new MarketplaceError(message, { ...noFacts, status: 404, code: "NotFound", isNotFound: true });
}
