/** The event catalog: its fields from the schemas of the product API, its samples from the code that makes real events. */
import { z } from "zod";
import type { ProductSubscription } from "../server/database/queries/product.ts";
import { changesBetween, type SubscriptionFacts } from "../server/domain/subscription.ts";
import { withNames } from "../server/domain/name-marks.ts";
import { changeAnswer } from "../server/http/product-api/responses.ts";
import { changeShape, subscriptionShape } from "../server/http/product-api/schemas.ts";
import { dayFrom } from "../shared/day.ts";
import { eventMeanings } from "../shared/event-meanings.ts";
import { type EventKind, eventKinds } from "../shared/product.ts";

type Row = ProductSubscription["row"];
type Entry = Parameters<typeof changeAnswer>[0]["entry"];

const names = [
  { offerId: "insight", planId: null, name: "Contoso Insight" },
  { offerId: "insight", planId: "team", name: "Team" },
  { offerId: "insight", planId: "business", name: "Business" },
];

const at = new Date("2026-11-25T14:03:00.000Z");
const bought = new Date("2026-11-01T08:30:00.000Z");

const row = {
  id: "7d2b1f0e-4f7c-4c5a-9d1e-2b1f0e4f7c4c",
  name: "Contoso Insight",
  publisherId: "fabrikam",
  offerId: "insight",
  planId: "team",
  quantity: 5,
  status: "Subscribed",
  statusSince: bought,
  unrecognisedStatus: null,
  beneficiaryEmail: "ada@contoso.com",
  beneficiaryObjectId: "11111111-1111-4111-8111-111111111111",
  beneficiaryTenantId: "22222222-2222-4222-8222-222222222222",
  purchaserEmail: "ada@contoso.com",
  purchaserObjectId: "11111111-1111-4111-8111-111111111111",
  purchaserTenantId: "22222222-2222-4222-8222-222222222222",
  termUnit: "P1M",
  termStartsOn: dayFrom("2026-11-01"),
  termEndsOn: dayFrom("2026-11-30"),
  autoRenews: true,
  isFreeTrial: false,
  isTest: false,
  sandboxType: "None",
  sessionMode: "None",
  allowedCustomerOperations: ["Read", "Update", "Delete"],
  purchasedAt: bought,
  activatedAt: bought,
  holdReason: null,
  holdBy: null,
  holdAt: null,
  contactName: null,
  contactEmail: null,
  contactCompany: null,
  contactPhone: null,
  answers: null,
  activationAskedAt: null,
  activationWaitsFor: null,
  updatedAt: at,
  version: 4,
  ownVersion: 0,
} as const satisfies Partial<Row>;

/** What is different before the event, and after it. */
type Sample = {
  before?: Partial<SubscriptionFacts>;
  after?: Partial<Row>;
  by?: Entry["actorKind"];
  /** For events that are not a change of Microsoft's facts. */
  own?: Pick<Entry, "summary" | "before" | "after">;
};

const plannedChangeId = "019a8c2e-7f00-7a11-8c22-2b1f0e4f7c4d";
const endedPlan = (words: string): Sample["own"] => ({
  summary: `${words}: Seat change to 8`,
  before: null,
  after: { plannedChangeId, plannedFor: "2026-12-01", plannedBy: "Amira Dawson" },
});

const pending = { status: "PendingFulfillmentStart", termStartsOn: null, termEndsOn: null, activatedAt: null } as const;
const contact = { name: "Ada Moreau", email: "ada@contoso.com", company: "Contoso", phone: "" };
const hold = { holdAt: at, holdBy: "Amira Dawson", holdReason: "Unpaid invoice of a service" };

const samples: Record<EventKind, Sample> = {
  "subscription.first_seen": { after: pending },
  "subscription.activation_asked": {
    after: { ...pending, activationAskedAt: at, activationWaitsFor: "product" },
    by: "purchaser",
    own: {
      summary: "Confirmed by the purchaser; the activation waits for the product",
      before: null,
      after: { activationWaitsFor: "product" },
    },
  },
  "subscription.activated": { before: { status: "PendingFulfillmentStart" } },
  "subscription.plan_changed": { before: { planId: "team" }, after: { planId: "business" } },
  "subscription.quantity_changed": { before: { quantity: 5 }, after: { quantity: 8 } },
  "subscription.suspended": { before: { status: "Subscribed" }, after: { status: "Suspended", statusSince: at } },
  "subscription.reinstated": { before: { status: "Suspended" }, after: { statusSince: at } },
  "subscription.held": {
    after: hold,
    by: "staff",
    own: {
      summary: "Access suspended by the publisher",
      before: { access: "full" },
      after: { access: "suspended" },
    },
  },
  "subscription.hold_lifted": {
    by: "staff",
    own: {
      summary: "Access reinstated by the publisher",
      before: { access: "suspended" },
      after: { access: "full" },
    },
  },
  "subscription.renewed": {
    after: { termStartsOn: dayFrom("2026-12-01"), termEndsOn: dayFrom("2026-12-31") },
  },
  "subscription.term_changed": { before: { termStartsOn: null, termEndsOn: null } },
  "subscription.renewal_changed": { after: { autoRenews: false } },
  "subscription.trial_ended": { before: { isFreeTrial: true } },
  "subscription.unsubscribed": {
    before: { status: "Subscribed" },
    after: { status: "Unsubscribed", statusSince: at, autoRenews: false },
  },
  "subscription.unexpected_transition": { before: { status: "Unsubscribed" }, after: { statusSince: at } },
  "subscription.details_changed": { after: { name: "Contoso Insight for everyone" } },
  "subscription.answers_given": {
    after: { answers: [{ id: "team_size", question: "How many people will use Contoso Insight?", answer: 40 }] },
    by: "purchaser",
    own: { summary: "Questions answered", before: null, after: { team_size: 40, questionsVersion: 3 } },
  },
  "subscription.contact_given": {
    after: {
      contactName: contact.name,
      contactEmail: contact.email,
      contactCompany: contact.company,
      contactPhone: contact.phone,
    },
    by: "purchaser",
    own: { summary: "Contact provided: Ada Moreau, Contoso", before: null, after: contact },
  },
  "planned_change.planned": {
    by: "staff",
    own: {
      summary: "Planned: Seat change to 8",
      before: null,
      after: { plannedChangeId, plannedFor: "2026-12-01", quantity: 8 },
    },
  },
  "planned_change.carried_out": { by: "system", own: endedPlan("Planned change carried out") },
  "planned_change.failed": { by: "system", own: endedPlan("Planned change could not be carried out") },
  "planned_change.undone": { by: "product", own: endedPlan("Planned change undone") },
  "planned_change.superseded": { by: "system", own: endedPlan("Planned change dropped") },
  "usage.threshold_reached": {
    by: "system",
    own: {
      summary: "80% of the included quantity of messages is used",
      before: null,
      after: {
        dimension: "messages",
        planId: "team",
        percent: 80,
        used: "812.5",
        included: "1000",
        termStartsOn: "2026-11-01",
        termEndsOn: "2026-11-30",
      },
    },
  },
  "usage.held": {
    by: "system",
    own: {
      summary: "Unusual usage held before it is sent",
      before: null,
      after: { dimension: "messages", hour: "2026-11-25T13:00:00.000Z", quantity: "98000" },
    },
  },
  "usage.rejected": {
    by: "system",
    own: {
      summary: "Microsoft refused usage: InvalidDimension",
      before: null,
      after: { dimension: "messages", hour: "2026-11-25T13:00:00.000Z", quantity: "120.5" },
    },
  },
  "subscription.confirmation_asked": {
    by: "staff",
    own: { summary: "Product asked to resync", before: null, after: null },
  },
};

/** The body of a message with this event, as the product API renders it. */
function sampleOf(kind: EventKind, index: number) {
  const { before, after, by = "marketplace", own } = samples[kind];
  const current = { ...row, ...after } as unknown as Row;
  const facts = kind === "subscription.first_seen" ? null : ({ ...row, ...before } as unknown as SubscriptionFacts);
  const change = own ?? changesBetween(facts, current).find((one) => one.kind === kind);
  if (!change) throw new Error(`The sample of ${kind} makes no such event.`);
  const entry = {
    id: `01a22000-0000-7000-8000-${String(index + 1).padStart(12, "0")}`,
    at,
    kind,
    actorKind: by,
    subscriptionId: row.id,
    ...change,
  } as unknown as Entry;
  const price = { amount: "12.00", currency: "USD", isPerSeat: true } as unknown as ProductSubscription["price"];
  const subscription = {
    row: current,
    confirmation: null,
    offerName: "Contoso Insight",
    planName: kind === "subscription.plan_changed" ? "Business" : "Team",
    price,
  };
  const summary = withNames(entry.summary, names);
  return changeShape.parse(JSON.parse(JSON.stringify(changeAnswer({ entry: { ...entry, summary }, subscription }))));
}

type Property = {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  anyOf?: Property[];
  description?: string;
  format?: string;
};

function typeOf(property: Property): string {
  if (property.$ref) return `\`${property.$ref.replace(/^.*\//, "")}\``;
  if (property.anyOf) return property.anyOf.map(typeOf).join(" or ");
  if (property.enum) return "text";
  const names: Record<string, string> = {
    string: "text",
    integer: "whole number",
    boolean: "true or false",
    null: "null",
  };
  const types = [property.type ?? "object"].flat();
  return types.map((type) => names[type] ?? type).join(" or ");
}

function fields(schema: z.ZodType): string {
  const { $ref, $defs, properties } = z.toJSONSchema(schema, { io: "output", unrepresentable: "any" }) as {
    $ref?: string;
    $defs?: Record<string, { properties?: Record<string, Property> }>;
    properties?: Record<string, Property>;
  };
  const found = properties ?? $defs?.[$ref?.replace(/^.*\//, "") ?? ""]?.properties;
  if (!found) throw new Error("The schema has no fields.");
  const rows = Object.entries(found).map(([name, property]) => {
    const values = property.enum ?? property.anyOf?.find((one) => one.enum)?.enum;
    const among =
      values && name !== "type" ? `One of ${values.map((value) => `\`${String(value)}\``).join(", ")}.` : "";
    return `| \`${name}\` | ${typeOf(property)} | ${[property.description, among].filter(Boolean).join(" ")} |`;
  });
  return ["| Field | Type | Meaning |", "| --- | --- | --- |", ...rows].join("\n");
}

export function eventCatalog(remark: string): string {
  const list = eventKinds.map(
    (kind) => `| [\`${kind}\`](#${kind.replaceAll(".", "")}) | ${eventMeanings[kind].meaning} |`,
  );
  const bodies = eventKinds.map(
    (kind, index) => `### ${kind}

${eventMeanings[kind].meaning}

<details>
<summary>Sample body</summary>

\`\`\`json
${JSON.stringify(sampleOf(kind, index), null, 2)}
\`\`\`

</details>`,
  );
  return `${remark}

# Event catalog

Each event is about one change of a subscription. Endpoints get it as the body of a message, and \`GET /api/v1/changes\` has it in
the same form with the same \`id\` ([product-api.md](product-api.md)). \`subscription\` is the state when the message is sent or
read, which may be later than the event: make your product equal to it. Ignore types that you do not know.

| Type | Meaning |
| --- | --- |
${list.join("\n")}

A test message has the type \`endpoint.test\` and no subscription.

## Fields of an event

${fields(changeShape)}

## Fields of its subscription

${fields(subscriptionShape)}

## Samples

${bodies.join("\n\n")}
`;
}
