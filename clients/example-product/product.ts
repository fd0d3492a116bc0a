/**
 * A whole product in one file: it gives each customer a workspace, admits people according to their company's subscription,
 * meters usage, and works during an outage of Marketdesk. Its data is in memory; store yours in a database.
 */
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { type Change, createMarketdesk, MarketdeskError, type Subscription } from "../typescript/src/client.ts";
import { FeedExpired, followChanges } from "../typescript/src/changes.ts";
import { createEntitlementVerifier } from "../typescript/src/entitlements.ts";
import { NotFromMarketdesk, readWebhook } from "../typescript/src/webhooks.ts";
import { Meter } from "./meter.ts";
import { createSignIn } from "./sign-in.ts";

export type Workspace = {
  id: string;
  planId: string;
  /** Null for a flat-rate plan. */
  seats: number | null;
  access: "full" | "suspended" | "ended";
  /** The version of the subscription that was applied last; lower versions are ignored. */
  version: number;
  isConfirmed: boolean;
};

export type ProductOptions = {
  /** The address of Marketdesk, and an API key with the scopes `read`, `confirm` and `usage`. */
  url: string;
  key: string;
  /** The secrets of the endpoint at `/webhooks`; after a rotation, the new and the old one. */
  webhookSecrets: string[];
  port?: number;
  everyMs?: number;
};

const audience = "example-product";
/** A token is renewed this long before it expires, so that it is still valid for some minutes when an outage begins. */
const renewBeforeMs = 5 * 60_000;
/** How long a person who signs in waits for Marketdesk at most. */
const maxSignInMs = 2_000;

export class ExampleProduct {
  readonly workspaces = new Map<string, Workspace>();
  readonly meter: Meter;
  readonly #marketdesk;
  readonly #verify;
  readonly #options;
  readonly #stopping = new AbortController();
  readonly #tokens = new Map<string, { token: string; tenant: string; isOutdated: boolean }>();
  #next: string | null = null;
  #isConfirming = false;
  #shouldConfirm = false;

  constructor(options: ProductOptions) {
    this.#options = options;
    this.#marketdesk = createMarketdesk({ ...options, signal: this.#stopping.signal, timeoutMs: 5_000 });
    this.meter = new Meter(this.#marketdesk);
    this.#verify = createEntitlementVerifier({ url: options.url, audience });
  }

  /** Makes the workspace match the subscription. Repeating this, or an older version, changes nothing. */
  provision(subscription: Subscription, isAskedToConfirm = false): void {
    const { id, planId, quantity: seats, version, activation } = subscription;
    // A purchase that is not activated can expire, so it is set up only if Marketdesk waits for the product.
    const pending = activation?.waitsFor === "product" ? "full" : null;
    const access = subscription.access === "none" ? pending : subscription.access;
    const known = this.workspaces.get(id);
    if (access === null || (known && known.version > version)) return;
    const isConfirmed = !isAskedToConfirm && known?.version === version && known.isConfirmed;
    this.workspaces.set(id, { id: `workspace-${id}`, planId, seats, access, version, isConfirmed });
  }

  /** Confirms each workspace that has changed. Failed confirmations are retried. */
  async confirmAll(): Promise<void> {
    this.#shouldConfirm = true;
    // One run at a time: otherwise an older confirmation that is retried could arrive after a newer one.
    if (this.#isConfirming) return;
    this.#isConfirming = true;
    while (this.#shouldConfirm) {
      this.#shouldConfirm = false;
      await this.#confirmEach();
    }
    this.#isConfirming = false;
  }

  async #confirmEach(): Promise<void> {
    for (const [subscriptionId, workspace] of this.workspaces) {
      if (workspace.isConfirmed) continue;
      const { planId, seats: quantity, access, id: reference } = workspace;
      await this.#marketdesk.confirm(subscriptionId, { planId, quantity, access, reference }).then(
        () => (workspace.isConfirmed = true),
        () => {},
      );
    }
  }

  /** Whether a person who signed in with Entra may use the product, by a signed entitlement, which also works during an outage. */
  async mayOpen(tenant: string, user: string): Promise<boolean> {
    const name = `${tenant} ${user}`;
    const known = this.#tokens.get(name);
    const stored = known && (await this.#verify(known.token).catch(() => null));
    const isUsable = stored && !known.isOutdated && (stored.exp ?? 0) * 1_000 > Date.now() + renewBeforeMs;
    if (isUsable) return stored.access === "full";
    const fetched = await Promise.race([
      this.#marketdesk.entitlementToken({ tenant, user, audience }),
      sleep(maxSignInMs, null, { ref: false }),
    ]).catch(() => null);
    if (!fetched) return stored?.access === "full";
    this.#tokens.set(name, { token: fetched.token, tenant, isOutdated: false });
    return this.#verify(fetched.token).then(
      ({ access }) => access === "full",
      () => false,
    );
  }

  /** Events can arrive twice, late or in the wrong order, so only the subscription in them is applied. */
  receive({ type, subscription }: Change): void {
    if (!subscription) return;
    for (const known of this.#tokens.values()) {
      if (known.tenant === subscription.beneficiary.tenantId) known.isOutdated = true;
    }
    this.provision(subscription, type === "subscription.confirmation_asked");
  }

  /** @throws NotFromMarketdesk */
  protected read(headers: IncomingMessage["headers"], body: string): Change {
    return readWebhook(this.#options.webhookSecrets, headers, body);
  }

  /** Reads changes from the last position, for events that no webhook delivered. Ends if a call is refused: retrying does not help. */
  async follow(signal: AbortSignal): Promise<void> {
    const everyMs = this.#options.everyMs ?? 2_000;
    let isExpired = false;
    while (!signal.aborted) {
      try {
        if (isExpired) await this.#resync();
        isExpired = false;
        for await (const page of followChanges(this.#marketdesk, { signal, everyMs, after: this.#next })) {
          for (const change of page.changes) this.receive(change);
          this.#next = page.next;
        }
      } catch (error) {
        isExpired ||= error instanceof FeedExpired;
        if (error instanceof MarketdeskError && error.status < 500 && error.status !== 429) {
          process.stderr.write(
            `Marketdesk refused the call (${error.status}), so changes are no longer read. ${error.message}\n`,
          );
          return;
        }
        await sleep(everyMs, undefined, { signal }).catch(() => {});
      }
    }
  }

  /** Reads the position first, so that the feed has the changes that happen while the subscriptions are read. */
  async #resync(): Promise<void> {
    const { next } = await this.#marketdesk.changes({ after: "latest" });
    // If Marketdesk was restored from a backup, its versions are lower.
    for (const workspace of this.workspaces.values()) workspace.version = 0;
    for await (const subscription of this.#marketdesk.subscriptions()) this.provision(subscription);
    this.#next = next;
  }

  /**
   * `POST /webhooks` for Marketdesk; for people `GET /`, with a handoff, and `GET /open?tenant=…&user=…`; `POST
   * /use?subscription=…&dimension=…&quantity=…` meters usage.
   */
  async start(): Promise<{ url: string; stop: () => Promise<void> }> {
    let origin = "";
    const showStart = createSignIn({ url: this.#options.url, origin: () => origin });
    const server = createServer(async (request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? "/", "http://product");
      try {
        if (pathname === "/") return await showStart(request, response);
        if (pathname === "/webhooks") {
          this.receive(this.read(request.headers, await bodyOf(request)));
          void this.confirmAll();
          return response.writeHead(204).end();
        }
        if (pathname === "/use") {
          const [subscription = "", dimension = "", quantity = ""] = ["subscription", "dimension", "quantity"].map(
            (name) => searchParams.get(name) ?? "",
          );
          if (this.workspaces.get(subscription)?.access !== "full") return response.writeHead(403).end();
          this.meter.count(subscription, dimension, quantity);
          void this.meter.report();
          return response.writeHead(204).end();
        }
        const isAllowed = await this.mayOpen(searchParams.get("tenant") ?? "", searchParams.get("user") ?? "");
        return response.writeHead(isAllowed ? 200 : 403).end(isAllowed ? "Welcome\n" : "No access\n");
      } catch (error) {
        return response.writeHead(error instanceof NotFromMarketdesk ? 401 : 500).end();
      }
    });
    await new Promise<void>((resolve) => server.listen(this.#options.port ?? 0, "127.0.0.1", resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const following = this.follow(this.#stopping.signal);
    const confirming = setInterval(() => {
      void this.confirmAll();
      void this.meter.report();
    }, this.#options.everyMs ?? 2_000);
    return {
      url: origin,
      stop: async () => {
        this.#stopping.abort();
        clearInterval(confirming);
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
        await following;
      },
    };
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = "";
  for await (const chunk of request.setEncoding("utf8")) body += String(chunk);
  return body;
}
