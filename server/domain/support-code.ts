/** The support code of a subscription: the start of its id, which staff can search for. Not a secret. */
export function supportCodeOf(subscriptionId: string): string {
  return subscriptionId.slice(0, 8).toUpperCase();
}
