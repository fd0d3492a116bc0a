/** The reason codes that a new database begins with. Admins retire them and add their own. */
import type pg from "pg";
import type { ReasonedAction } from "../../../shared/reason-codes.ts";

/** In the order in which they are offered. */
const defaults: { id: string; name: string; actions: ReasonedAction[] }[] = [
  {
    id: "customer_request",
    name: "Customer request",
    actions: ["activate", "changePlan", "changeQuantity", "suspend", "reinstate", "cancel"],
  },
  { id: "onboarding", name: "Onboarding complete", actions: ["activate"] },
  {
    id: "landing_page_trouble",
    name: "Problem on the landing page",
    actions: ["activate"],
  },
  { id: "contract_change", name: "Contract change", actions: ["changePlan", "changeQuantity"] },
  {
    id: "correction",
    name: "Correction",
    actions: ["changePlan", "changeQuantity", "reinstate", "cancel"],
  },
  { id: "unpaid", name: "Nonpayment", actions: ["suspend", "cancel"] },
  { id: "abuse", name: "Abuse or breach of terms", actions: ["suspend", "cancel", "refuse"] },
  { id: "security", name: "Security concern", actions: ["suspend"] },
  { id: "resolved", name: "Cause resolved", actions: ["reinstate"] },
  { id: "duplicate_purchase", name: "Duplicate purchase", actions: ["cancel", "refuse"] },
  { id: "not_satisfied", name: "Customer not satisfied", actions: ["cancel"] },
  { id: "product_retired", name: "Product or plan retired", actions: ["changePlan", "cancel", "refuse"] },
  { id: "not_agreed", name: "Not agreed in advance", actions: ["refuse"] },
  { id: "over_limit", name: "Exceeds our capacity", actions: ["refuse"] },
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
