/** The tools of the scenes of a rehearsal. The product passes by what it confirms over the product API. */
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { Webhook } from "standardwebhooks";
import {
  type Change,
  createMarketdesk,
  type Marketdesk,
  type Subscription,
} from "../../clients/typescript/src/client.ts";
import { createPeople, type People, ProcedureRefused } from "../history/actors.ts";

/** What the publisher's product needs to be rehearsed. */
export type ProductSettings = { url: string; key: string; secret: string };

/** What the product should confirm. */
export type ExpectedState = { planId?: string; quantity?: number | null; access: "full" | "suspended" | "ended" };

/** Stops and starts Marketdesk; only where the rehearsal has started it. */
export type Desk = { stop(): Promise<void>; start(): Promise<void> };

export type SceneTools = {
  marketdesk: Marketdesk;
  /** Acts as Microsoft or the customer, like the sandbox's `/control`. */
  microsoft<Answer = unknown>(act: string, body?: object): Promise<Answer>;
  /** A procedure of the dashboard, as an admin. */
  admin: <Answer = unknown>(procedure: string, input: object) => Promise<Answer>;
  endpointId: string;
  /** Buys a subscription that Microsoft activates, unless told otherwise. */
  buy(input?: object): Promise<string>;
  /** Waits until the product has confirmed this. @throws ExpectationFailed */
  confirms(subscriptionId: string, expected: ExpectedState): Promise<Subscription>;
  /** The product still confirms this after a while. @throws ExpectationFailed */
  keeps(subscriptionId: string, expected: ExpectedState): Promise<void>;
  /** Sends a message to the product's endpoint. @returns the status of the answer; null: no answer */
  post(change: Change, options?: { id?: string; sentAt?: Date; secret?: string }): Promise<number | null>;
  /** Signs with this secret too from now on. */
  useSecret(secret: string): void;
  desk: Desk | null;
  /** Revokes the keys and removes the endpoint; a repeated call does what has failed. @throws Error after all were tried */
  close(): Promise<void>;
};

/** The product did not do what the scene expects. */
export class ExpectationFailed extends Error {
  override readonly name = "ExpectationFailed";
}

export type SceneOptions = {
  /** The addresses of Marketdesk, of the sandbox, and of the product's webhook. */
  deskUrl: string;
  sandboxUrl: string;
  endpoint: string;
  /** How long the product may take. Default: 15,000. */
  withinMs?: number;
  desk?: Desk;
};

const pollIntervalMs = 250;
/** Longer than a product takes to confirm a wrong state. */
const keepsForMs = 2_500;
const answerTimeoutMs = 10_000;

/** Creates the endpoint, an API key for the product and one for the scenes; none of them if one is refused. */
export async function prepareScenes(options: SceneOptions): Promise<{ tools: SceneTools; product: ProductSettings }> {
  const { deskUrl, sandboxUrl, endpoint, withinMs = 15_000, desk = null } = options;
  const people = createPeople(deskUrl);
  const admin: SceneTools["admin"] = (procedure, input) => people.asks("admin", procedure, input);
  const access = await createAccess(people, admin, endpoint);
  const marketdesk = createMarketdesk({ url: deskUrl, key: access.sceneKey });
  const secrets = [access.secret];
  const microsoft = createMicrosoft(sandboxUrl);

  async function confirms(id: string, expected: ExpectedState): Promise<Subscription> {
    const deadline = Date.now() + withinMs;
    for (;;) {
      const subscription = await marketdesk.subscription(id).catch(() => null);
      if (subscription && isConfirmed(subscription, expected)) return subscription;
      if (Date.now() > deadline)
        throw new ExpectationFailed(describeMismatch(subscription, expected, `within ${withinMs / 1_000} s`));
      await sleep(pollIntervalMs);
    }
  }

  const tools: SceneTools = {
    marketdesk,
    microsoft,
    admin,
    endpointId: access.endpointId,
    desk,
    async buy(input = {}) {
      const defaults = {
        offerId: "insight",
        planId: "team",
        quantity: 5,
        purchaser: "ada",
        name: "Rehearsal",
        autoActivate: true,
      };
      const { subscriptionId } = await microsoft<{ subscriptionId: string }>("purchases", { ...defaults, ...input });
      return subscriptionId;
    },
    confirms,
    async keeps(id, expected) {
      await sleep(keepsForMs);
      const subscription = await marketdesk.subscription(id);
      if (!isConfirmed(subscription, expected))
        throw new ExpectationFailed(describeMismatch(subscription, expected, "and keep it"));
    },
    async post(change, { id = change.id, sentAt = new Date(), secret } = {}) {
      const body = JSON.stringify(change);
      const signatures = (secret ? [secret] : secrets).map((one) => new Webhook(one).sign(id, sentAt, body));
      const headers = {
        "content-type": "application/json",
        "webhook-id": id,
        "webhook-timestamp": String(Math.floor(sentAt.getTime() / 1_000)),
        "webhook-signature": signatures.join(" "),
      };
      const signal = AbortSignal.timeout(answerTimeoutMs);
      const response = await fetch(endpoint, { method: "POST", headers, body, signal, redirect: "manual" }).catch(
        () => null,
      );
      await response?.body?.cancel();
      return response?.status ?? null;
    },
    useSecret: (secret) => void secrets.unshift(secret),
    close: access.close,
  };
  return { tools, product: { url: deskUrl, key: access.productKey, secret: access.secret } };
}

/** What a rehearsal creates in Marketdesk, and later removes. */
type Access = Pick<SceneTools, "endpointId" | "close"> & { secret: string; productKey: string; sceneKey: string };

async function createAccess(people: People, admin: SceneTools["admin"], address: string): Promise<Access> {
  const name = `Rehearsal ${new Date().toISOString()}`;
  let created: { removal: string; id: string }[] = [];

  async function close(): Promise<void> {
    const failures = new Set<string>();
    for (const { removal, id } of created) {
      try {
        await admin(removal, { id, reason: "The rehearsal has ended" });
      } catch (error) {
        const isGone = error instanceof ProcedureRefused && error.code === "NotFound";
        if (!isGone) {
          failures.add((error as Error).message);
          continue;
        }
      }
      created = created.filter((one) => one.id !== id);
    }
    if (failures.size > 0) throw new Error([...failures].join(" "));
  }

  async function createKey(suffix: string, scopes: string[]): Promise<string> {
    const input = { name: `${name}${suffix}`, scopes, expiresInDays: 90 };
    const { id, key } = await people.asks<{ id: string; key: string }>("admin", "keys.make", input);
    created.push({ removal: "keys.revoke", id });
    return key;
  }

  try {
    // First, because an address that is refused is the likeliest error.
    const endpoint = await createEndpoint(people, { name, address });
    created.push({ removal: "endpoints.remove", id: endpoint.id });
    const productKey = await createKey("", ["read", "confirm"]);
    const sceneKey = await createKey(", scenes", ["read", "change"]);
    return { endpointId: endpoint.id, secret: endpoint.secret, productKey, sceneKey, close };
  } catch (error) {
    await close().catch(() => {});
    throw error;
  }
}

function createMicrosoft(sandboxUrl: string): SceneTools["microsoft"] {
  return async <Answer>(act: string, body?: object) => {
    const response = await fetch(`${sandboxUrl}/control/${act}`, {
      method: body ? "POST" : "GET",
      ...(body && { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`The sandbox refused ${act}: ${await response.text()}`);
    return (await response.json()) as Answer;
  };
}

function createEndpoint(people: People, { name, address }: { name: string; address: string }) {
  const input = { name, address, eventTypes: null, offerIds: null };
  return people.asks<{ id: string; secret: string }>("admin", "endpoints.create", input);
}

/** An event with the subscription's current state; `changed` replaces any part of it. */
export function eventOf(subscription: Subscription, changed: Partial<Change> = {}): Change {
  return {
    id: randomUUID(),
    type: "subscription.details_changed",
    at: new Date().toISOString(),
    summary: "Sent by the rehearsal",
    by: "system",
    subscriptionId: subscription.id,
    before: null,
    after: null,
    subscription,
    ...changed,
  };
}

function isConfirmed({ confirmation, ...subscription }: Subscription, expected: ExpectedState): boolean {
  if (!confirmation || confirmation.differences.length > 0 || confirmation.access !== expected.access) return false;
  if (
    expected.planId !== undefined &&
    (confirmation.planId !== expected.planId || subscription.planId !== expected.planId)
  )
    return false;
  // A product does not have to count seats.
  return (
    expected.quantity === undefined || confirmation.quantity === null || confirmation.quantity === expected.quantity
  );
}

function describeMismatch(subscription: Subscription | null, expected: ExpectedState, when: string): string {
  const confirmation = subscription?.confirmation;
  const said = confirmation ? `It confirmed ${words(confirmation)}` : "It confirmed nothing";
  return `Your product should confirm ${words(expected)} ${when}. ${said}.`;
}

function words({ planId, quantity, access }: { planId?: string; quantity?: number | null; access: string }): string {
  const seats = quantity === undefined || quantity === null ? null : quantity === 1 ? "1 seat" : `${quantity} seats`;
  return [planId && `plan ${planId}`, seats, `access ${access}`].filter(Boolean).join(", ");
}
