import { eq, inArray } from "drizzle-orm";
import type { Context } from "../../context.ts";
import type { Executor } from "../../database/connection/database.ts";
import { announce, record } from "../../database/record/record.ts";
import { customers } from "../../database/schema/customers.ts";
import { subscriptions } from "../../database/schema/subscriptions.ts";
import type { Owner } from "../subscriptions/assign-owner.ts";
import type { CustomerRecord } from "./lock-customer.ts";

type Owned = { id: string; ownerName: string | null };
/** The locked subscriptions that get an owner; null: they become unassigned. */
export type OwnerOfRows = { owner: Owner | null; rows: Owned[] };

/**
 * Sets the owners of locked subscriptions, and of their customer.
 * @param own the customer's own owner; absent: it keeps the one it has
 */
export async function setCustomerOwners(
  tx: Executor,
  { actor, now }: { actor: Context["actor"]; now: Date },
  customer: CustomerRecord,
  { own, changes }: { own?: { owner: Owner | null } | undefined; changes: OwnerOfRows[] },
): Promise<void> {
  if (own) {
    await tx.update(customers).set(columnsOf(own.owner)).where(eq(customers.id, customer.id));
    await record(tx, actor, now, [
      {
        kind: "customer.owner_changed",
        summary: `${customer.name}: ${own.owner === null ? "unassigned" : `assigned to ${own.owner.name}`}`,
        before: { customer: customer.id, owner: customer.ownerName },
        after: { customer: customer.id, owner: own.owner?.name ?? null },
      },
    ]);
  }
  for (const { owner, rows } of changes) {
    const ids = rows.map(({ id }) => id);
    await tx.update(subscriptions).set(columnsOf(owner)).where(inArray(subscriptions.id, ids));
    await record(
      tx,
      actor,
      now,
      rows.map((row) => ({
        subscriptionId: row.id,
        kind: "subscription.owner_changed" as const,
        summary: owner === null ? "Unassigned" : `Assigned to ${owner.name}`,
        before: { owner: row.ownerName },
        after: { owner: owner?.name ?? null },
      })),
    );
  }
  await announce(tx, [
    { topic: "customer", subscriptionId: null },
    ...changes
      .flatMap(({ rows }) => rows)
      .map(({ id: subscriptionId }) => ({ topic: "subscription" as const, subscriptionId })),
  ]);
}

const columnsOf = (owner: Owner | null) => ({ ownerId: owner?.id ?? null, ownerName: owner?.name ?? null });
