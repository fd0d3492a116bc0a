/** The client of Marketdesk's product API, typed by its OpenAPI document. */
import { randomUUID } from "node:crypto";
import createFetchClient from "openapi-fetch";
import type { components, operations, paths } from "./api-types.ts";
import { type Fetch, retrying } from "./retry.ts";

export type Subscription = components["schemas"]["Subscription"];
export type Change = components["schemas"]["Change"];
export type ChangePage = components["schemas"]["ChangePage"];
export type Confirmation = components["schemas"]["ConfirmationBody"];
export type Entitlements = components["schemas"]["Entitlements"];
export type Operation = components["schemas"]["Operation"];
export type UsageEvent = components["schemas"]["UsageEvent"];
export type Problem = components["schemas"]["Problem"];

type Query<Name extends keyof operations> = NonNullable<operations[Name]["parameters"]["query"]>;
type Reason = components["schemas"]["ReasonBody"];

/** Marketdesk refused a call. */
export class MarketdeskError extends Error {
  override readonly name = "MarketdeskError";
  readonly status: number;
  /** Such as `urn:marketdesk:not-found`; null if the response did not come from Marketdesk. */
  readonly type: string | null;
  readonly problem: Problem | null;

  constructor(status: number, problem: Problem | null) {
    super(problem?.detail ?? `Marketdesk returned status ${status}.`);
    this.status = status;
    this.type = problem?.type ?? null;
    this.problem = problem;
  }
}

export type MarketdeskOptions = {
  /** The address of Marketdesk, such as `https://marketdesk.contoso.example`. */
  url: string;
  /** An API key, `md_…`. */
  key: string;
  /** The timeout in milliseconds of each attempt of a call. Default: 10,000. */
  timeoutMs?: number;
  /** Aborts all calls. */
  signal?: AbortSignal;
  fetch?: Fetch;
};

export type Marketdesk = ReturnType<typeof createMarketdesk>;

const maxCachedEntitlements = 1_000;
const pollEveryMs = 1_000;

/**
 * The calls throw MarketdeskError if Marketdesk refuses them, and the error of `fetch` if Marketdesk cannot be reached.
 */
export function createMarketdesk(options: MarketdeskOptions) {
  const { url, key, timeoutMs = 10_000, signal } = options;
  const api = createFetchClient<paths>({
    baseUrl: new URL("/api/v1", url).href,
    headers: { authorization: `Bearer ${key}` },
    fetch: retrying(options.fetch ?? ((request) => fetch(request)), timeoutMs),
    ...(signal && { signal }),
  });
  const cachedEntitlements = new Map<string, { etag: string; body: Entitlements }>();

  async function entitlements(query: Query<"getEntitlements">): Promise<Entitlements> {
    const name = JSON.stringify([query.tenant, query.user, query.offer]);
    const known = cachedEntitlements.get(name);
    const headers = known ? { "if-none-match": known.etag } : {};
    const { data, error, response } = await api.GET("/entitlements", { params: { query }, headers });
    if (known && response.status === 304) return known.body;
    if (data === undefined) throw new MarketdeskError(response.status, problemOf(error));
    const etag = response.headers.get("etag");
    cachedEntitlements.delete(name);
    if (etag !== null) cachedEntitlements.set(name, { etag, body: data });
    const [oldest] = cachedEntitlements.keys();
    if (cachedEntitlements.size > maxCachedEntitlements && oldest !== undefined) cachedEntitlements.delete(oldest);
    return data;
  }

  async function* subscriptions(query: Omit<Query<"listSubscriptions">, "cursor"> = {}): AsyncGenerator<Subscription> {
    for (let cursor: string | null | undefined; cursor !== null;) {
      const page = read(await api.GET("/subscriptions", { params: { query: { ...query, cursor } } }));
      yield* page.subscriptions;
      cursor = page.next;
    }
  }

  /** The same value for each attempt of one command, so that it is carried out once. */
  const commandParams = (id: string, idempotencyKey: string = randomUUID()) => ({
    path: { id },
    header: { "idempotency-key": idempotencyKey },
  });
  const operation = async (id: string) => read(await api.GET("/operations/{id}", { params: { path: { id } } }));

  return {
    /** All calls of the OpenAPI document, with the same API key and retries. */
    api,
    subscriptions,
    subscription: async (id: string) => read(await api.GET("/subscriptions/{id}", { params: { path: { id } } })),
    /** The entitlements of a tenant or person. Unchanged ones are not transferred again. */
    entitlements,
    /** The entitlements as a token that `entitlements.ts` verifies offline. */
    entitlementToken: async (query: Query<"getEntitlementToken">) =>
      read(await api.GET("/entitlements/token", { params: { query } })),
    /** Whether this is the first use of a handoff, across all your instances; see `handoffs.ts`. */
    useHandoff: async (jti: string): Promise<boolean> => {
      const { error, response } = await api.POST("/handoffs/{jti}/use", { params: { path: { jti } } });
      if (response.ok) return true;
      if (response.status === 409) return false;
      throw new MarketdeskError(response.status, problemOf(error));
    },
    changes: async (query: Query<"listChanges"> = {}) => read(await api.GET("/changes", { params: { query } })),
    confirm: async (id: string, body: Confirmation) =>
      read(await api.PUT("/subscriptions/{id}/confirmation", { params: { path: { id } }, body })),

    /** Reports up to 1,000 events, each with its own result. Reporting an event again changes nothing. */
    reportUsage: async (events: UsageEvent[]) => read(await api.POST("/usage", { body: { events } })),
    /** The usage of a term by dimension; without a `term`, of the current one. */
    usage: async (id: string, query: Query<"getUsage"> = {}) =>
      read(await api.GET("/subscriptions/{id}/usage", { params: { path: { id }, query } })),

    /** Commands. To repeat a command after a restart, pass an `idempotencyKey` that you have stored. */
    changePlan: async (id: string, body: components["schemas"]["ChangePlanBody"], idempotencyKey?: string) =>
      read(await api.POST("/subscriptions/{id}/change-plan", { params: commandParams(id, idempotencyKey), body })),
    changeQuantity: async (id: string, body: components["schemas"]["ChangeQuantityBody"], idempotencyKey?: string) =>
      read(await api.POST("/subscriptions/{id}/change-quantity", { params: commandParams(id, idempotencyKey), body })),
    hold: async (id: string, body: Reason, idempotencyKey?: string) =>
      read(await api.POST("/subscriptions/{id}/hold", { params: commandParams(id, idempotencyKey), body })),
    liftHold: async (id: string, body: Reason, idempotencyKey?: string) =>
      read(await api.POST("/subscriptions/{id}/lift-hold", { params: commandParams(id, idempotencyKey), body })),
    activate: async (id: string, body: Reason, idempotencyKey?: string) =>
      read(await api.POST("/subscriptions/{id}/activate", { params: commandParams(id, idempotencyKey), body })),
    /** Staff approve or decline the request. */
    requestCancellation: async (id: string, body: Reason, idempotencyKey?: string) =>
      read(
        await api.POST("/subscriptions/{id}/request-cancellation", { params: commandParams(id, idempotencyKey), body }),
      ),

    plannedChanges: async (id: string) =>
      read(await api.GET("/subscriptions/{id}/planned-changes", { params: { path: { id } } })).plannedChanges,
    plannedChange: async (id: string) => read(await api.GET("/planned-changes/{id}", { params: { path: { id } } })),
    planChange: async (id: string, body: components["schemas"]["PlanChangeBody"], idempotencyKey?: string) =>
      read(await api.POST("/subscriptions/{id}/planned-changes", { params: commandParams(id, idempotencyKey), body })),
    cancelPlannedChange: async (id: string) =>
      read(await api.DELETE("/planned-changes/{id}", { params: { path: { id } } })),

    operation,
    /** Resolves when the operation has succeeded or failed. A cancellation can wait for approval for days. */
    async finished(id: string, { signal: until }: { signal?: AbortSignal } = {}): Promise<Operation> {
      for (;;) {
        const current = await operation(id);
        if (current.state === "succeeded" || current.state === "failed") return current;
        until?.throwIfAborted();
        await new Promise((resolve) => setTimeout(resolve, pollEveryMs));
      }
    },
  };
}

function read<Body>({ data, error, response }: { data?: Body; error?: unknown; response: Response }): Body {
  if (data === undefined) throw new MarketdeskError(response.status, problemOf(error));
  return data;
}

/** Null if the response did not come from Marketdesk, but from a proxy, for example. */
function problemOf(error: unknown): Problem | null {
  const isProblem = typeof error === "object" && error !== null && "type" in error && "detail" in error;
  return isProblem ? (error as Problem) : null;
}
