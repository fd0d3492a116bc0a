/** The reason codes that a new database begins with. Admins retire them and add their own. */
import type pg from "pg";
import type { ReasonedAction } from "../../../shared/reason-codes.ts";

/** In the order in which they are offered. */
const defaults: { id: string; name: string; actions: ReasonedAction[] }[] = [
  {
    id: "customer_request",
    name: "The customer asked for it",
    actions: ["activate", "changePlan", "changeQuantity", "suspend", "reinstate", "cancel"],
  },
  { id: "onboarding", name: "Onboarding is finished", actions: ["activate"] },
  {
    id: "landing_page_trouble",
    name: "The purchaser could not finish on the landing page",
    actions: ["activate"],
  },
  { id: "contract_change", name: "The contract changed", actions: ["changePlan", "changeQuantity"] },
  {
    id: "correction",
    name: "Correction",
    actions: ["changePlan", "changeQuantity", "reinstate", "cancel"],
  },
  { id: "unpaid", name: "Not paid", actions: ["suspend", "cancel"] },
  { id: "abuse", name: "Abuse or a breach of the terms", actions: ["suspend", "cancel", "refuse"] },
  { id: "security", name: "A security concern", actions: ["suspend"] },
  { id: "resolved", name: "The cause is resolved", actions: ["reinstate"] },
  { id: "duplicate_purchase", name: "Bought twice", actions: ["cancel", "refuse"] },
  { id: "not_satisfied", name: "The customer is not satisfied", actions: ["cancel"] },
  { id: "product_retired", name: "The product or plan is retired", actions: ["changePlan", "cancel", "refuse"] },
  { id: "not_agreed", name: "Not agreed with us", actions: ["refuse"] },
  { id: "over_limit", name: "More than we can deliver", actions: ["refuse"] },
];

/** Adds them where there is none: codes are never deleted, so a database without any is new. */
export async function addDefaultReasonCodes(client: pg.Client): Promise<void> {
  await client.query(
    `insert into reason_codes (id, name, actions, created_at, created_by_name)
      select id, name, actions, now() + place * interval '1 millisecond', 'Marketdesk'
      from jsonb_to_recordset($1::jsonb) as shipped (place int, id text, name text, actions text[])
      where not exists (select from reason_codes)
      on conflict do nothing`,
    [JSON.stringify(defaults.map((code, index) => ({ place: index + 1, ...code })))],
  );
}
