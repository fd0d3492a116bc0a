/** The script of the sample history: what customers, Microsoft and the publisher's staff did in eight weeks. */
import { sampleRows, type SampleRow } from "../sample/rows.ts";
import { nameOf } from "../sample/sample.ts";
import { catalog } from "../fulfillment/catalog.ts";
import { startOfDay } from "../fulfillment/terms.ts";
import {
  type Act,
  activates,
  buys,
  customerRequests,
  marketdeskReconciles,
  paymentFails,
  paymentRecovers,
  customerCancels,
  productConnects,
  adminSetsBranding,
  adminSetsQuestions,
  adminSetsDestination,
  staffCalls,
  staffActs,
  staffRunsBulkAction,
  staffIsRefused,
} from "./scenes.ts";

export type Moment = { at: number; act: Act };

const dayMs = 86_400_000;
const minuteMs = 60_000;

/** Length of the history. */
export const historyDays = 56;

/** The subscriptions at the beginning of the history, in their state at that time. */
export const rowsAtTheBeginning: readonly SampleRow[] = sampleRows
  .filter(({ age }) => age > historyDays)
  .map((row) => {
    const { since, ...earlier } = row;
    const hasChanged = since !== undefined && since >= historyDays;
    return {
      ...earlier,
      age: row.age - historyDays,
      ...(hasChanged ? { since: since - historyDays } : { status: "Subscribed" as const }),
      ...(row.reinstated === undefined ? {} : { reinstated: row.reinstated - historyDays }),
      autoRenew: true,
    };
  });

/** Names of subscriptions whose customers turn off auto-renewal in the last term of the history. */
export const notRenewed: ReadonlySet<string> = new Set(
  sampleRows.filter(({ autoRenew, status }) => autoRenew === false && status === "Subscribed").map(nameOf),
);

/** All events in order. The same `end` gives the same events. */
export function momentsUntil(end: number): Moment[] {
  const today = startOfDay(end);
  const scripted = script.map(([days, clock, act], index) => {
    const [hours = 0, minutes = 0] = clock.split(":").map(Number);
    return { at: today - days * dayMs + (hours * 60 + minutes) * minuteMs + ((index * 17) % 53) * 1000 + 4_000, act };
  });
  const ofRows = sampleRows.flatMap((row) => momentsOf(row, end));
  return [...scripted, ...ofRows].filter(({ at }) => at < end).toSorted((one, other) => one.at - other.at);
}

/** The events of the last eight weeks that follow from a row of the sample. */
function momentsOf(row: SampleRow, end: number): Moment[] {
  const name = nameOf(row);
  const found: Moment[] = [];
  const boughtAt = end - row.age * dayMs;
  if (row.age <= historyDays) {
    const { customer, offerId, planId } = row;
    const purchaser = row.isResold ? "reseller" : customer;
    found.push({
      at: boughtAt,
      act: buys({
        name,
        offerId,
        planId,
        purchaser,
        beneficiary: customer,
        ...(row.quantity === null ? {} : { quantity: row.quantity }),
        ...(row.isTest ? { isTest: true } : {}),
      }),
    });
    const isByStaff = name === "Tailspin backups";
    if (row.status === "PendingFulfillmentStart" || isByStaff)
      found.push({ at: boughtAt + 9 * minuteMs, act: marketdeskReconciles });
    else found.push({ at: boughtAt + 23 * minuteMs, act: activates(purchaser, name) });
    if (isByStaff) {
      const reason = "Marco Bianchi could not open the landing page; activated during a call with him, ticket 4088";
      found.push({ at: boughtAt + 190 * minuteMs, act: staffActs("operator", "activate", name, { reason }) });
    }
  }
  if (row.since !== undefined && row.since < historyDays) {
    const act = row.status === "Suspended" ? paymentFails(name) : customerCancels(name);
    found.push({ at: end - row.since * dayMs, act });
  }
  return found;
}

/** Days before the last day, time of day in UTC, and the event. */
const script: readonly (readonly [days: number, clock: string, act: Act])[] = [
  ...catalog.map(
    ({ offerId, name }) =>
      [55, "09:00", staffCalls("admin", "offers.name", { offerId, name, seenName: null })] as const,
  ),
  [55, "09:01", adminSetsBranding("admin")],
  [55, "09:02", adminSetsDestination("admin")],
  [55, "09:03", adminSetsQuestions("admin")],
  [55, "09:05", productConnects("admin", "Contoso product (simulated by the sandbox)", ["Fourth Coffee Insight"])],
  [
    55,
    "09:20",
    staffCalls("admin", "rules.set", {
      offerId: "insight",
      planId: null,
      followsWider: false,
      allowedPlans: null,
      minQuantity: null,
      maxQuantity: 450,
      seenVersion: 0,
      reason: "More than 450 seats require a private offer; requested by sales",
    }),
  ],
  [54, "10:31", staffActs("operator", "assignOwner", "Woodgrove Bank Insight", { owner: "me" })],
  [54, "10:33", staffActs("operator", "changeTags", "Woodgrove Bank Insight", { add: ["key account"], remove: [] })],
  [53, "14:03", customerRequests("Bellows College Insight", { quantity: 46 })],
  [49, "08:47", customerRequests("VanArsdel Insight", { quantity: 155 })],
  [
    48,
    "11:26",
    staffActs("operator", "suspend", "School of Fine Art Insight", {
      reason: "Requested by the customer: year-end closing until Monday, ticket 4061",
    }),
  ],
  [
    45,
    "08:05",
    staffActs("operator", "reinstate", "School of Fine Art Insight", {
      reason: "The customer has finished the year-end closing, ticket 4061",
    }),
  ],
  [
    46,
    "13:17",
    buys({
      name: "Southridge labs",
      offerId: "insight",
      planId: "team-trial",
      quantity: 4,
      purchaser: "Southridge Video",
    }),
  ],
  [46, "13:41", activates("Southridge Video", "Southridge labs")],
  [45, "16:18", customerRequests("Best For You Organics Vault", { planId: "plus" })],
  [41, "09:52", customerRequests("Humongous Insurance Insight", { quantity: 480 })],
  [
    40,
    "15:40",
    staffActs("operator", "changeQuantity", "Humongous Insurance Insight", {
      quantity: 450,
      reason: "Agreed with Aisha Bello by phone: 450 seats now, a private offer for more, ticket 4102",
    }),
  ],
  [
    38,
    "10:12",
    buys({
      name: "First Up second office",
      offerId: "insight",
      planId: "team",
      quantity: 6,
      purchaser: "First Up Consultants",
    }),
  ],
  [38, "10:21", marketdeskReconciles],
  [37, "13:22", paymentFails("Tailspin Toys Insight")],
  [33, "10:09", paymentRecovers("Tailspin Toys Insight")],
  [34, "19:44", customerRequests("Blue Yonder Airlines Insight", { quantity: 390 })],
  [28, "21:12", customerRequests("Lamna Healthcare Insight", { quantity: 95 }, { isLost: true })],
  [28, "22:05", staffCalls("operator", "reconcile.start")],
  [
    26,
    "15:15",
    staffActs("operator", "addNote", "Coho Vineyard Vault", {
      text: "Called Elena Rossi: their card was replaced. She will add the new card at Microsoft.",
    }),
  ],
  [
    26,
    "08:34",
    buys({ name: "Munson’s second shop", offerId: "vault", planId: "basic", purchaser: "Munson’s Pickles" }),
  ],
  [26, "08:43", marketdeskReconciles],
  [
    24,
    "09:26",
    buys({
      name: "Lucerne editors",
      offerId: "insight",
      planId: "team",
      quantity: 9,
      purchaser: "Lucerne Publishing",
    }),
  ],
  [24, "09:35", marketdeskReconciles],
  [
    24,
    "11:03",
    staffIsRefused(
      "operator",
      "changeQuantity",
      "Trey Research Insight",
      { quantity: 40, reason: "Ordered by email, ticket 4127" },
      "The billing account of this subscription is being moved. Try again later.",
    ),
  ],
  [
    23,
    "08:58",
    staffActs("operator", "changeQuantity", "Trey Research Insight", {
      quantity: 40,
      reason: "Ordered by email, ticket 4127; Microsoft rejected the first attempt",
    }),
  ],
  [
    21,
    "13:40",
    staffRunsBulkAction(
      "operator",
      { kind: "changeTags", add: ["price letter"], remove: [] },
      { offer: "vault", status: "Subscribed" },
    ),
  ],
  [20, "07:58", customerRequests("City Power & Light Vault", { planId: "plus" })],
  [
    14,
    "09:10",
    staffActs("operator", "addNote", "Lucerne Publishing Insight", {
      text: "Reply from Helene Graf: the invoice went to a former colleague. They will pay this month.",
    }),
  ],
  [14, "09:12", staffActs("operator", "assignOwner", "Lucerne Publishing Insight", { owner: "me" })],
  [13, "10:55", customerRequests("Woodgrove Bank Insight", { quantity: 260 })],
  [12, "17:06", buys({ name: "Coho gift shop", offerId: "vault", planId: "express", purchaser: "Coho Vineyard" })],
  [
    11,
    "14:32",
    staffActs("operator", "changePlan", "Tailspin Toys Insight", {
      planId: "business",
      reason: "Upgrade agreed in the quarterly review with Marco Bianchi",
    }),
  ],
  [
    7,
    "10:17",
    staffActs("operator", "changePlan", "Fincher Architects Insight", {
      planId: "team",
      reason: "Sofia Lindgren asked to go back to Team until their office has moved, ticket 4203",
    }),
  ],
  [6, "09:29", customerRequests("Litware Insight", { planId: "business-annual" })],
  [
    5,
    "15:48",
    staffActs("admin", "changePlan", "Wide World Importers Vault", {
      planId: "plus-annual",
      reason: "Yearly billing agreed with Chen Wei, order 88-1042",
    }),
  ],
  [4, "12:37", customerRequests("Fourth Coffee Insight", { quantity: 11 })],
  [
    3,
    "16:06",
    staffActs("operator", "suspend", "Southridge Video Insight", {
      reason: "Shared sign-ins found; on hold until Kenji Mori has answered, ticket 4231",
    }),
  ],
  [
    3,
    "09:30",
    staffCalls("admin", "rules.set", {
      offerId: "insight",
      planId: null,
      followsWider: false,
      allowedPlans: null,
      minQuantity: null,
      maxQuantity: null,
      seenVersion: 1,
      reason: "The price list now covers all sizes up to the plans’ limits; sales no longer needs private offers",
    }),
  ],
  [2, "11:11", customerRequests("Blue Yonder Airlines Insight", { quantity: 405 })],
  [1, "14:03", customerRequests("Bellows College Insight", { quantity: 50 })],
  [1, "16:51", customerRequests("Pat’s dashboards", { quantity: 2 })],
];
