/** The forty subscriptions of the sample, one per line. */
import type { SubscriptionStatus } from "../../shared/lifecycle.ts";

export type SampleRow = {
  /** A company's name, or a persona's key for `ada`, `ben`, `cleo` and `personal`. */
  customer: string;
  offerId: string;
  planId: string;
  quantity: number | null;
  status: SubscriptionStatus;
  /** Days since the purchase. */
  age: number;
  /** Days since it was suspended or ended. */
  since?: number;
  /** Purchased by a reseller. */
  isResold?: boolean;
  /** Earlier seats, oldest first. */
  formerSeats?: number[];
  formerPlan?: string;
  /** Whether the publisher once rejected a change. */
  wasRefused?: boolean;
  /** Days since it was reinstated after a suspension. */
  reinstated?: number;
  autoRenew?: boolean;
  isTest?: boolean;
  name?: string;
};

type Extra = Omit<SampleRow, "customer" | "offerId" | "planId" | "quantity" | "status" | "age">;

function row(
  customer: string,
  plan: string,
  quantity: number | null,
  status: SubscriptionStatus,
  age: number,
  extra: Extra = {},
): SampleRow {
  const [offerId = "", planId = ""] = plan.split("/");
  return { customer, offerId, planId, quantity, status, age, ...extra };
}

export const sampleRows: readonly SampleRow[] = [
  row("Woodgrove Bank", "insight/business-annual", 240, "Subscribed", 702, {
    formerSeats: [120, 180, 220],
    reinstated: 340,
  }),
  row("Wide World Importers", "vault/plus", null, "Subscribed", 655, { formerPlan: "basic" }),
  row("Southridge Video", "insight/classic", 18, "Subscribed", 640, { formerSeats: [10, 14] }),
  row("Consolidated Messenger", "insight/classic", 9, "Unsubscribed", 610, { since: 44, formerSeats: [12] }),
  row("Humongous Insurance", "insight/business", 310, "Subscribed", 588, {
    formerSeats: [200, 260, 320],
    wasRefused: true,
  }),
  row("Alpine Ski House", "vault/basic", null, "Unsubscribed", 540, { since: 190 }),
  row("Wingtip Toys", "vault/sovereign", null, "Subscribed", 502, { name: "Wingtip records archive" }),
  row("Lamna Healthcare", "insight/business-annual", 85, "Subscribed", 431, { formerSeats: [60] }),
  row("Bellows College", "insight/team", 44, "Subscribed", 402, { isResold: true, formerSeats: [30, 50] }),
  row("Litware", "insight/business", 75, "Subscribed", 377, { formerPlan: "team", formerSeats: [20, 50] }),
  row("Coho Vineyard", "vault/basic", null, "Suspended", 366, { since: 27.4 }),
  row("Blue Yonder Airlines", "insight/business", 420, "Subscribed", 351, { formerSeats: [300, 380], reinstated: 96 }),
  row("City Power & Light", "vault/plus-annual", null, "Subscribed", 338),
  row("Tailspin Toys", "insight/team", 26, "Subscribed", 312, { formerSeats: [15] }),
  row("ada", "insight/enterprise", 60, "Subscribed", 295, {
    formerPlan: "business",
    formerSeats: [45],
    name: "Fabrikam analytics",
  }),
  row("Graphic Design Institute", "insight/team", 12, "Unsubscribed", 280, { since: 12.6, reinstated: 90 }),
  row("Trey Research", "insight/business", 33, "Subscribed", 264, { wasRefused: true }),
  row("Proseware", "vault/plus", null, "Subscribed", 241, { autoRenew: false }),
  row("Lucerne Publishing", "insight/team", 19, "Suspended", 223, { since: 15.2, formerSeats: [25] }),
  row("VanArsdel", "insight/business", 140, "Subscribed", 205, { isResold: true, formerSeats: [100] }),
  row("cleo", "vault/plus", null, "Subscribed", 188, { isResold: true, name: "Northwind backups" }),
  row("The Phone Company", "insight/business", 210, "Unsubscribed", 176, { since: 61 }),
  row("Fourth Coffee", "insight/team", 8, "Subscribed", 161, { formerSeats: [5] }),
  row("Best For You Organics", "vault/basic", null, "Subscribed", 149),
  row("First Up Consultants", "insight/team", 14, "Suspended", 133, { since: 8.7 }),
  row("Fincher Architects", "insight/business", 22, "Subscribed", 118, { formerPlan: "team", formerSeats: [12] }),
  row("Munson’s Pickles", "vault/express", null, "Subscribed", 104),
  row("School of Fine Art", "insight/team", 31, "Subscribed", 96, { isResold: true }),
  row("Margie’s Travel", "insight/team", 6, "Unsubscribed", 88, { since: 29 }),
  row("Nod Publishers", "vault/express", null, "Suspended", 71, { since: 2.3 }),
  row("personal", "insight/team", 1, "Subscribed", 52, { name: "Pat’s dashboards" }),
  row("Tailspin Toys", "vault/basic", null, "Subscribed", 40, { name: "Tailspin backups" }),
  row("Litware", "insight/team-trial", 10, "Subscribed", 19, { name: "Litware trial, second office" }),
  row("Alpine Ski House", "insight/team-trial", 5, "Unsubscribed", 36, { since: 9.1 }),
  row("Woodgrove Bank", "insight/team", 5, "PendingFulfillmentStart", 28.3, { name: "Woodgrove branch pilot" }),
  row("Coho Vineyard", "insight/team", 7, "PendingFulfillmentStart", 21.6),
  row("Lamna Healthcare", "vault/plus", null, "PendingFulfillmentStart", 9.2, { isResold: true }),
  row("Graphic Design Institute", "insight/team-trial", 3, "PendingFulfillmentStart", 2.4, {
    name: "Graphic Design trial",
    isTest: true,
  }),
  row("ben", "vault/basic", null, "PendingFulfillmentStart", 0.13, { name: "Fabrikam vault" }),
  row("Trey Research", "insight/business", 15, "PendingFulfillmentStart", 0.015, { name: "Trey field teams" }),
];
