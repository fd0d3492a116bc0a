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
  /** Such as `urn:marketdesk:not-found`; null if the response was not Marketdesk's. */
  readonly type: string | null;
  readonly problem: Problem | null;

  constructor(status: number, problem: Problem | null) {
    super(problem?.detail ?? `Marketdesk answered ${status}.`);
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
  /** For each attempt of a call. Default: 10,000. */
  timeoutMs?: number;
  /** Ends all calls. */
  signal?: AbortSignal;
  fetch?: Fetch;
};

export type Marketdesk = ReturnType<typeof createMarketdesk>;

const maxRemembered = 1_000;
const pollEveryMs = 1_000;

/** All calls throw MarketdeskError if they are refused, and what `fetch` throws if Marketdesk cannot be reached. */
export function createMarketdesk(options: MarketdeskOptions) {
  const { url, key, timeoutMs = 10_000, signal } = options;
  const api = createFetchClient<paths>({
    baseUrl: new URL("/api/v1", url).href,
    headers: { authorization: `Bearer ${key}` },
    fetch: retrying(options.fetch ?? ((request) => fetch(request)), timeoutMs),
    ...(signal && { signal }),
  });
  const remembered = new Map<string, { etag: string; body: Entitlements }>();

  async function entitlements(query: Query<"getEntitlements">): Promise<Entitlements> {
    const name = JSON.stringify([query.tenant, query.user, query.offer]);
    const known = remembered.get(name);
    const headers = known ? { "if-none-match": known.etag } : {};
    const { data, error, response } = await api.GET("/entitlements", { params: { query }, headers });
    if (known && response.status === 304) return known.body;
    if (data === undefined) throw new MarketdeskError(response.status, problemOf(error));
    const etag = response.headers.get("etag");
    remembered.delete(name);
    if (etag !== null) remembered.set(name, { etag, body: data });
    const [oldest] = remembered.keys();
    if (remembered.size > maxRemembered && oldest !== undefined) remembered.delete(oldest);
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
  const once = (id: string, idempotencyKey: string = randomUUID()) => ({
    path: { id },
    header: { "idempotency-key": idempotencyKey },
  });
  const operation = async (id: string) => read(await api.GET("/operations/{id}", { params: { path: { id } } }));

  return {
    /** The calls as the OpenAPI document has them, with the same key and repetitions. */
    api,
    subscriptions,
    subscription: async (id: string) => read(await api.GET("/subscriptions/{id}", { params: { path: { id } } })),
    /** What a tenant or person may use. While nothing has changed, Marketdesk sends no body. */
    entitlements,
    /** The same as a token that `entitlements.ts` verifies offline. */
    entitlementToken: async (query: Query<"getEntitlementToken">) =>
      read(await api.GET("/entitlements/token", { params: { query } })),
    /** Whether this is the first use of a handoff, on all your instances together; see `handoffs.ts`. */
    useHandoff: async (jti: string): Promise<boolean> => {
      const { error, response } = await api.POST("/handoffs/{jti}/use", { params: { path: { jti } } });
      if (response.ok) return true;
      if (response.status === 409) return false;
      throw new MarketdeskError(response.status, problemOf(error));
    },
    changes: async (query: Query<"listChanges"> = {}) => read(await api.GET("/changes", { params: { query } })),
    confirm: async (id: string, body: Confirmation) =>
      read(await api.PUT("/subscriptions/{id}/confirmation", { params: { path: { id } }, body })),

    /** Up to 1,000 events, each with a result of its own. Reporting an event again is free. */
    reportUsage: async (events: UsageEvent[]) => read(await api.POST("/usage", { body: { events } })),
    /** The usage of a term, by dimension; the current term if no other is named. */
    usage: async (id: string, query: Query<"getUsage"> = {}) =>
      read(await api.GET("/subscriptions/{id}/usage", { params: { path: { id }, query } })),

    /** Commands. Give an `idempotencyKey` of your own to repeat one after a restart. */
    changePlan: async (id: string, body: components["schemas"]["ChangePlanBody"], idempotencyKey?: string) =>
      read(await api.POST("/subscriptions/{id}/change-plan", { params: once(id, idempotencyKey), body })),
    changeQuantity: async (id: string, body: components["schemas"]["ChangeQuantityBody"], idempotencyKey?: string) =>
      read(await api.POST("/subscriptions/{id}/change-quantity", { params: once(id, idempotencyKey), body })),
    hold: async (id: string, body: Reason, idempotencyKey?: string) =>
      read(await api.POST("/subscriptions/{id}/hold", { params: once(id, idempotencyKey), body })),
    liftHold: async (id: string, body: Reason, idempotencyKey?: string) =>
      read(await api.POST("/subscriptions/{id}/lift-hold", { params: once(id, idempotencyKey), body })),
    activate: async (id: string, body: Reason, idempotencyKey?: string) =>
      read(await api.POST("/subscriptions/{id}/activate", { params: once(id, idempotencyKey), body })),
    /** Staff approve or decline it. */
    requestCancellation: async (id: string, body: Reason, idempotencyKey?: string) =>
      read(await api.POST("/subscriptions/{id}/request-cancellation", { params: once(id, idempotencyKey), body })),

    plannedChanges: async (id: string) =>
      read(await api.GET("/subscriptions/{id}/planned-changes", { params: { path: { id } } })).plannedChanges,
    plannedChange: async (id: string) => read(await api.GET("/planned-changes/{id}", { params: { path: { id } } })),
    planChange: async (id: string, body: components["schemas"]["PlanChangeBody"], idempotencyKey?: string) =>
      read(await api.POST("/subscriptions/{id}/planned-changes", { params: once(id, idempotencyKey), body })),
    cancelPlannedChange: async (id: string) =>
      read(await api.DELETE("/planned-changes/{id}", { params: { path: { id } } })),

    operation,
    /** Resolves when the operation has succeeded or failed. A cancellation can wait for days. */
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

/** A proxy in between answers with something else. */
function problemOf(error: unknown): Problem | null {
  const isProblem = typeof error === "object" && error !== null && "type" in error && "detail" in error;
  return isProblem ? (error as Problem) : null;
}
