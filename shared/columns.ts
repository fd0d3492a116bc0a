/** The columns that the list of subscriptions can show. */
import { z } from "zod";

export const subscriptionColumns = [
  "name",
  "company",
  "plan",
  "offer",
  "seats",
  "price",
  "status",
  "access",
  "termEnd",
  "termStart",
  "renews",
  "trial",
  "purchased",
  "purchaser",
  "tenant",
  "domain",
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

/** The default columns. */
export const usualColumns: readonly SubscriptionColumn[] = [
  "name",
  "plan",
  "seats",
  "price",
  "status",
  "termEnd",
  "owner",
  "updated",
];

export const chooseColumnsInput = z.strictObject({
  /** In display order; null for the default. The name links to the subscription, so it is always included. */
  columns: z
    .array(z.enum(subscriptionColumns))
    .min(1, "Choose at least one column.")
    .max(subscriptionColumns.length)
    .refine((columns) => new Set(columns).size === columns.length, "Name each column once.")
    .refine((columns) => columns.includes("name"), "The column with the name cannot be removed.")
    .nullable(),
});

/** The id of a saved view; empty: none. */
const view = z.union([z.uuid(), z.literal("")]);

export const layoutInput = z.strictObject({ view });

export const chooseLayoutInput = z.strictObject({
  view,
  /** Pixels; columns without a width are as wide as their content. */
  widths: z.partialRecord(z.enum(subscriptionColumns), z.int().min(48).max(640)).optional(),
  isComfortable: z.boolean().optional(),
});
export type ChooseLayoutInput = z.infer<typeof chooseLayoutInput>;

export type LayoutView = { widths: Partial<Record<SubscriptionColumn, number>>; isComfortable: boolean };
