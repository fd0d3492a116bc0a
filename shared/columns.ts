/** The columns that the list of subscriptions can show, and which of them a person has chosen, in their order. */
import { z } from "zod";

export const subscriptionColumns = [
  "name",
  "company",
  "plan",
  "offer",
  "seats",
  "status",
  "access",
  "termEnd",
  "termStart",
  "renews",
  "trial",
  "purchased",
  "purchaser",
  "tenant",
  "channel",
  "owner",
  "tags",
  "followUp",
  "operations",
  "seen",
  "drift",
  "updated",
] as const;
export type SubscriptionColumn = (typeof subscriptionColumns)[number];

/** What a person sees who has chosen nothing. */
export const usualColumns: readonly SubscriptionColumn[] = [
  "name",
  "company",
  "plan",
  "seats",
  "status",
  "termEnd",
  "owner",
  "updated",
];

export const chooseColumnsInput = z.strictObject({
  /** In the order in which they are shown; null: the usual ones. The name leads to the subscription, so it is always there. */
  columns: z
    .array(z.enum(subscriptionColumns))
    .min(1, "Choose at least one column.")
    .max(subscriptionColumns.length)
    .refine((columns) => new Set(columns).size === columns.length, "Name each column once.")
    .refine((columns) => columns.includes("name"), "The name of the subscription stays.")
    .nullable(),
});
