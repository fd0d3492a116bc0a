/** What all changes of endpoints share: who may make them, the locked row, and how they are recorded. */
import { and, eq, ne } from "drizzle-orm";
import type { CreateEndpointInput } from "../../../shared/inputs/outbox.ts";
import type { Context } from "../../context.ts";
import type { Executor } from "../../database/connection/database.ts";
import { type ActivityEntry, announce, record } from "../../database/record/record.ts";
import { endpoints as e } from "../../database/schema/endpoints.ts";
import { outboxReceivers as r } from "../../database/schema/outbox.ts";
import { AppError } from "../../errors.ts";
import { requireAdmin } from "../require-admin.ts";

export type EndpointContext = Pick<Context, "actor" | "db" | "now">;

export function refuseUnlessAdmin({ actor }: Pick<Context, "actor">): void {
  requireAdmin(actor, "Only an admin can change endpoints and send messages again.");
}

/**
 * An endpoint in use, locked against other changes by staff. Its receiver is not: senders lock lanes before receivers.
 * @throws AppError `NotFound`
 */
export async function lockEndpoint(tx: Executor, id: string) {
  const [found] = await tx
    .select({ endpoint: e, receiver: r })
    .from(e)
    .innerJoin(r, eq(r.id, e.id))
    .where(and(eq(e.id, id), ne(r.state, "removed")))
    .for("update", { of: e });
  if (!found) throw new AppError("NotFound", "There is no endpoint with this ID. It may have been removed.");
  return found;
}

export async function recordEndpoint(
  ctx: EndpointContext,
  tx: Executor,
  entry: Pick<ActivityEntry, "kind" | "summary" | "before" | "after" | "reason">,
): Promise<void> {
  await record(tx, ctx.actor, ctx.now(), [entry]);
  await announce(tx, [
    { topic: "endpoint", subscriptionId: null },
    { topic: "need", subscriptionId: null },
  ]);
}

/** An endpoint as it is put on record. Paths and queries of addresses often contain keys, so they are left out. */
export function endpointOnRecord({ name, address, eventTypes, offerIds }: CreateEndpointInput) {
  return {
    name,
    address: originOf(address),
    eventTypes: eventTypes?.join(", ") ?? "all",
    offers: offerIds?.join(", ") ?? "all",
  };
}

function originOf(address: string): string {
  const url = URL.parse(address);
  return url === null ? "" : `${url.origin}/…`;
}

/** @throws AppError `Invalid` with the reason at the field */
export async function refuseAddress(
  address: string,
  { addressProblem }: { addressProblem: (address: string) => Promise<string | null> },
): Promise<void> {
  const why = await addressProblem(address);
  if (why !== null) throw new AppError("Invalid", why, { fields: { address: [why] } });
}

export function nameTaken(): AppError {
  return new AppError("Conflict", "Another endpoint has this name.", {
    fields: { name: ["Another endpoint has this name. Choose another name."] },
  });
}
