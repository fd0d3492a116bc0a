export type CustomerName = { id: string; name: string };

/** The customer of a subscription. */
export type OwnCustomer = CustomerName & {
  /** Its other subscriptions, counted up to a maximum. */
  others: { count: number; isMore: boolean };
};
