/** Operations, deliveries and calls that the search field finds by the beginning and end of one of their ids. */
import { desc, eq, inArray, or, sql, type SQL } from "drizzle-orm";
import type { FoundCall, FoundDelivery, FoundOperation } from "../../../shared/views/find.ts";
import { isIdPart, type SearchInput, uuidRange } from "../../domain/search-input.ts";
import { planMark } from "../../domain/name-marks.ts";
import type { Database } from "../connection/database.ts";
import { marketplaceCalls as c } from "../schema/marketplace-calls.ts";
import { operations as o, operationSteps } from "../schema/operations.ts";
import { subscriptions as s } from "../schema/subscriptions.ts";
import { webhookDeliveries as d } from "../schema/deliveries.ts";
import { lexemePrefix } from "./search-conditions.ts";
import { maxFound } from "./find-limits.ts";

/** How many calls are read to find the ones of an operation. */
const maxSteps = 100;

type Id = NonNullable<SearchInput["id"]>;

type OperationMatch = FoundOperation & { marketplaceId: string | null };

export async function findOperations(db: Database, id: Id): Promise<OperationMatch[]> {
  const ofCalls = await findByCalls(db, id);
  const rows = await db
    .select({ operation: o, subscriptionName: s.name, offerId: s.offerId })
    .from(o)
    .leftJoin(s, eq(s.id, o.subscriptionId))
    .where(
      or(
        id.tail === "" ? eq(o.marketplaceId, id.head) : undefined,
        inUuids(sql`${o.id}`, id),
        ofCalls.size > 0 ? inArray(o.id, [...ofCalls.keys()]) : undefined,
        // Without any of these there is nothing to look for.
        sql`false`,
      ),
    )
    .orderBy(desc(o.id))
    .limit(maxFound);
  return rows.map(({ operation, subscriptionName, offerId }) => ({
    id: operation.id,
    marketplaceId: operation.marketplaceId,
    action: operation.action,
    planName:
      operation.action === "ChangePlan" && operation.planId !== null ? planMark(operation.planId, offerId) : null,
    quantity: operation.action === "ChangeQuantity" ? operation.quantity : null,
    subscriptionName: subscriptionName || operation.subscriptionId,
    outcome: operation.outcome,
    createdAt: operation.createdAt.toISOString(),
    matched: isLike(operation.marketplaceId, id)
      ? "Microsoft's operation ID"
      : isLike(operation.id, id)
        ? "operation ID"
        : (ofCalls.get(operation.id) ?? "call ID"),
  }));
}

/** Operations with a call to Microsoft that has an id with this beginning, and which id it was. */
async function findByCalls(db: Database, id: Id): Promise<Map<string, string>> {
  if (!isIdPart(id.head)) return new Map();
  const steps = await db
    .select({ operationId: operationSteps.operationId, calls: operationSteps.calls })
    .from(operationSteps)
    .where(sql`ids_of_calls(${operationSteps.calls}) @@ ${lexemePrefix(id.head)}`)
    .limit(maxSteps);
  const found = new Map<string, string>();
  for (const { operationId, calls } of steps) {
    for (const { requestId, correlationId, path } of calls) {
      const what = isLike(requestId, id)
        ? "request ID of a call"
        : isLike(correlationId, id)
          ? "correlation ID of its calls"
          : isLike(/\/operations\/([^/?]+)/.exec(path)?.[1] ?? null, id)
            ? "Microsoft's operation ID"
            : null;
      if (what !== null && found.size < maxFound && !found.has(operationId)) found.set(operationId, what);
    }
  }
  return found;
}

function isLike(value: string | null, { head, tail }: Id): boolean {
  const text = value?.toLowerCase() ?? "";
  return text.startsWith(head) && text.endsWith(tail);
}

/** Rows whose time-ordered key begins and ends like the id; undefined if no key can. */
function inUuids(key: SQL, { head, tail }: Id): SQL | undefined {
  const range = uuidRange(head);
  if (range === null) return undefined;
  const ending = tail === "" ? sql`` : sql` and right(${key}::text, ${tail.length}) = ${tail}`;
  return sql`(${key} between ${range.from}::uuid and ${range.to}::uuid${ending})`;
}

const deliveryColumns = {
  id: d.id,
  action: d.action,
  subscriptionId: d.subscriptionId,
  subscriptionName: s.name,
  receivedAt: d.receivedAt,
};

function deliveryView(
  row: { subscriptionId: string | null; receivedAt: Date } & Omit<FoundDelivery, "receivedAt" | "matched">,
  matched: string,
): FoundDelivery {
  const { subscriptionId, receivedAt, ...rest } = row;
  return {
    ...rest,
    subscriptionName: row.subscriptionName || subscriptionId,
    receivedAt: receivedAt.toISOString(),
    matched,
  };
}

export async function findDeliveries(db: Database, id: Id): Promise<FoundDelivery[]> {
  const condition = inUuids(sql`${d.id}`, id);
  if (condition === undefined) return [];
  const rows = await db
    .select(deliveryColumns)
    .from(d)
    .leftJoin(s, eq(s.id, d.subscriptionId))
    .where(condition)
    .orderBy(desc(d.id))
    .limit(maxFound);
  return rows.map((row) => deliveryView(row, "ID"));
}

export async function deliveriesOfFound(db: Database, operationId: string): Promise<FoundDelivery[]> {
  const rows = await db
    .select(deliveryColumns)
    .from(d)
    .leftJoin(s, eq(s.id, d.subscriptionId))
    .where(eq(d.operationId, operationId))
    .orderBy(d.id)
    .limit(maxFound);
  return rows.map((row) => deliveryView(row, "operation ID"));
}

/** Calls outside of operations, by the beginning of their request or correlation id. */
export async function findCalls(db: Database, id: Id): Promise<FoundCall[]> {
  const isRequest = inUuids(sql`${c.requestId}`, id);
  const isCorrelation = inUuids(sql`${c.correlationId}`, id);
  if (isRequest === undefined || isCorrelation === undefined) return [];
  const rows = await db.select().from(c).where(or(isRequest, isCorrelation)).orderBy(desc(c.id)).limit(maxFound);
  return rows.map(({ at, ...call }) => ({
    ...call,
    name: callName(call.method, call.path),
    at: at.toISOString(),
    subscriptionId: /^\/saas\/subscriptions\/([^/]+)/.exec(call.path)?.[1]?.replace(/^resolve$/, "") || null,
    matched: isLike(call.requestId, id) ? "request ID" : "correlation ID",
  }));
}

/** What a call does, by its method and path. */
function callName(method: string, path: string): string {
  if (path.endsWith("/oauth2/v2.0/token")) return "Request token from Entra";
  if (path.endsWith("/openid-configuration")) return "Read Entra's configuration";
  if (path.endsWith("/keys")) return "Read Entra's signing keys";
  // `/saas/subscriptions/{subscription}/{resource}/{operation}`
  const [subscription, resource, operation] = path.split("/").slice(3);
  if (subscription === "resolve") return "Resolve";
  if (subscription === undefined) return "List subscriptions";
  if (resource === "activate") return "Activate";
  if (resource === "listAvailablePlans") return "List available plans";
  if (resource === "operations")
    return operation ? (method === "PATCH" ? "Acknowledge" : "Get operation") : "List operations";
  return { GET: "Get subscription", PATCH: "Change subscription", DELETE: "Cancel" }[method] ?? method;
}
