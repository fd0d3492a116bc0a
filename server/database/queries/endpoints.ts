/** Reads endpoints. */
import { desc, eq, inArray, ne, sql } from "drizzle-orm";
import { testType } from "../../../shared/outbox.ts";
import type { EndpointView } from "../../../shared/views/endpoints.ts";
import type { Database, Executor } from "../connection/database.ts";
import { endpoints as e } from "../schema/endpoints.ts";
import { outboxReceivers as r } from "../schema/outbox.ts";
import { fingerprintOf } from "../statements/fingerprint.ts";

/** What sending needs. */
export type EndpointTarget = Pick<
  typeof e.$inferSelect,
  "id" | "address" | "secret" | "previousSecret" | "previousSecretEndsAt"
>;

export function readEndpointTargets(db: Executor, ids: string[]): Promise<EndpointTarget[]> {
  return db
    .select({
      id: e.id,
      address: e.address,
      secret: e.secret,
      previousSecret: e.previousSecret,
      previousSecretEndsAt: e.previousSecretEndsAt,
    })
    .from(e)
    .where(inArray(e.id, ids));
}

const waiting = sql<number>`(select count(*)::int from outbox_messages m where m.receiver_id = ${r.id} and m.state = 'waiting')`;
const failed = sql<number>`(select count(*)::int from outbox_messages m where m.receiver_id = ${r.id} and m.state = 'failed' and m.type <> ${testType})`;
const oldest = sql<
  string | null
>`(select m.created_at from outbox_messages m where m.receiver_id = ${r.id} and m.state = 'waiting' order by m.id limit 1)`;
const resending = sql<number>`(select count(*)::int from outbox_messages m where m.receiver_id = ${r.id} and m.state = 'waiting' and m.resend_id is not null)`;
const nextAttempt =
  sql<Date | null>`case when ${r.state} = 'active' and ${r.waitsUntil} > now() then ${r.waitsUntil} end`.mapWith(
    r.waitsUntil,
  );

type Edited = Pick<typeof e.$inferSelect, "name" | "address" | "eventTypes" | "offerIds">;

/** Differs after an edit. */
export function endpointVersionOf({ name, address, eventTypes, offerIds }: Edited): string {
  return fingerprintOf([name, address, eventTypes, offerIds]);
}

/** Endpoints in use, the newest first. */
export async function listEndpoints(db: Database): Promise<EndpointView[]> {
  const rows = await db
    .select({ endpoint: e, receiver: r, waiting, failed, oldest, resending, nextAttempt })
    .from(e)
    .innerJoin(r, eq(r.id, e.id))
    .where(ne(r.state, "removed"))
    .orderBy(desc(e.id));
  return rows.map(({ endpoint, receiver, ...counts }) => ({
    id: endpoint.id,
    name: endpoint.name,
    address: endpoint.address,
    eventTypes: endpoint.eventTypes,
    offerIds: endpoint.offerIds,
    state: receiver.state,
    stateReason: receiver.stateReason,
    stateSince: receiver.stateSince.toISOString(),
    failingSince: receiver.failingSince?.toISOString() ?? null,
    nextAttemptAt: counts.nextAttempt?.toISOString() ?? null,
    deliveredAt: receiver.deliveredAt?.toISOString() ?? null,
    waiting: counts.waiting,
    waitingSince: counts.oldest === null ? null : new Date(counts.oldest).toISOString(),
    failed: counts.failed,
    resending: counts.resending,
    secretChangedAt: endpoint.secretChangedAt.toISOString(),
    previousSecretEndsAt: endpoint.previousSecretEndsAt?.toISOString() ?? null,
    createdByName: endpoint.createdByName,
    createdAt: endpoint.createdAt.toISOString(),
    version: endpointVersionOf(endpoint),
    changed:
      endpoint.changedByName && endpoint.changedAt
        ? { byName: endpoint.changedByName, at: endpoint.changedAt.toISOString() }
        : null,
  }));
}
