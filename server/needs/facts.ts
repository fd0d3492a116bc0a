/** The facts that the words of needs use. */
import { sql } from "drizzle-orm";
import type { Executor } from "../database/connection/database.ts";
import type { ItemRow } from "./items.ts";

export type SubscriptionFacts = {
  subscription_id: string;
  name: string;
  owner_id: string | null;
  owner_name: string | null;
  offer_id: string;
  offer_name: string | null;
  plan_name: string;
  customer: string | null;
  email: string | null;
  status: string;
  unrecognised_status: string | null;
  auto_renews: boolean | null;
  term_ends_at: string | null;
  is_first_seen_so: boolean;
  monthly: string | null;
  currency: string | null;
};

type OperationFacts = {
  operation_id: string;
  action: string;
  plan_id: string | null;
  quantity: number | null;
  attempts: number;
  last_error: string | null;
};

/** An item with the facts that its words need. */
export type NeedRow = ItemRow & { subscription: SubscriptionFacts | undefined; operation: OperationFacts | undefined };

/** Looks the facts up by key: in one statement with the items, PostgreSQL would read whole tables for them. */
export async function withFacts(db: Executor, items: ItemRow[]): Promise<NeedRow[]> {
  const bySubscription = await readSubscriptions(db, known(items.map((item) => item.subscription_id)));
  const byOperation = await readOperations(db, known(items.map((item) => item.operation_id)));
  return items.map((item) => ({
    ...item,
    subscription: bySubscription.get(item.subscription_id ?? ""),
    operation: byOperation.get(item.operation_id ?? ""),
  }));
}

const known = (ids: (string | null)[]) => [...new Set(ids.filter((id) => id !== null))];

async function readSubscriptions(db: Executor, ids: string[]): Promise<Map<string, SubscriptionFacts>> {
  if (ids.length === 0) return new Map();
  const { rows } = await db.execute<SubscriptionFacts>(sql`
    select s.id as subscription_id, s.name, s.owner_id, s.owner_name, s.offer_id, f.name as offer_name,
      coalesce(p.name, s.plan_id) as plan_name,
      coalesce(nullif(s.contact_company, ''), s.beneficiary_email) as customer,
      coalesce(s.contact_email, s.purchaser_email, s.beneficiary_email) as email, s.status, s.unrecognised_status,
      s.auto_renews, s.term_ends_at, s.status_since <= s.created_at as is_first_seen_so, m.monthly, m.currency
    from subscriptions s
    left join plans p on p.offer_id = s.offer_id and p.plan_id = s.plan_id
    left join offers f on f.offer_id = s.offer_id
    left join subscription_money m on m.subscription_id = s.id and m.state not in ('test', 'ended')
    where s.id = any(${sql.param(ids)}::text[])`);
  return new Map(rows.map((facts) => [facts.subscription_id, facts]));
}

async function readOperations(db: Executor, ids: string[]): Promise<Map<string, OperationFacts>> {
  if (ids.length === 0) return new Map();
  const { rows } = await db.execute<OperationFacts>(sql`
    select id as operation_id, action, plan_id, quantity, attempts, last_error
    from operations where id = any(${sql.param(ids)}::uuid[])`);
  return new Map(rows.map((facts) => [facts.operation_id, facts]));
}
