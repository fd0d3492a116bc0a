/** Webhooks by number: ids and contents follow from it, so that the fake Marketplace does not have to store them. */

const seatsOf = (number: number) => 1 + (number % 40);
const lastDigits = (number: number) => String(number).padStart(12, "0");

export function subscriptionIdOf(number: number): string {
  return `5ab5c21b-0000-4000-8000-${lastDigits(number)}`;
}

export function operationIdOf(number: number): string {
  return `09e4a710-0000-4000-8000-${lastDigits(number)}`;
}

/** The number of seats that the operation with this id requests. */
export function seatsAskedFor(operationId: string): number {
  return seatsOf(Number(operationId.slice(-12)));
}

/** A subscription as Get Subscription answers and as the webhook nests it. */
export function subscriptionOnWire(id: string, quantity: number): Record<string, unknown> {
  const party = {
    emailId: `purchasing@customer-${Number(id.slice(-12))}.example`,
    objectId: id.replace("5ab5", "0b1e"),
    tenantId: id.replace("5ab5", "7e4a"),
    puid: "1003200012345678",
  };
  return {
    id,
    name: `Customer ${Number(id.slice(-12))}`,
    publisherId: "contoso",
    offerId: "insight",
    planId: "team",
    quantity,
    beneficiary: party,
    purchaser: party,
    allowedCustomerOperations: ["Delete", "Update", "Read"],
    sessionMode: "None",
    isFreeTrial: false,
    isTest: false,
    sandboxType: "None",
    saasSubscriptionStatus: "Subscribed",
    term: { startDate: "2026-01-10T00:00:00Z", endDate: "2027-01-09T00:00:00Z", termUnit: "P1Y", chargeDuration: null },
    autoRenew: true,
    created: "2026-01-09T23:15:03.3659880Z",
    lastModified: "0001-01-01T00:00:00",
  };
}

/** An operation as Get Operation answers. */
export function operationOnWire(id: string, subscriptionId: string, status: string): Record<string, unknown> {
  return {
    id,
    activityId: id,
    subscriptionId,
    offerId: "insight",
    publisherId: "contoso",
    planId: "team",
    quantity: seatsAskedFor(id),
    action: "ChangeQuantity",
    timeStamp: new Date().toISOString(),
    status,
    operationRequestSource: "Azure",
    errorStatusCode: "",
    errorMessage: "",
  };
}

const someId = operationIdOf(0);
const someSubscription = subscriptionIdOf(0);
const template = JSON.stringify({
  ...operationOnWire(someId, someSubscription, "InProgress"),
  quantity: 20,
  subscription: subscriptionOnWire(someSubscription, 5),
  purchaseToken: null,
});

/** The body of the webhook of operation `number` of a subscription: about 1.3 kB, like Microsoft's. */
export function webhookBody(number: number, subscription = number): string {
  return template
    .replaceAll(someId, operationIdOf(number))
    .replaceAll(someSubscription, subscriptionIdOf(subscription));
}
