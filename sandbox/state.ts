/** The sandbox's state in memory, and its snapshot on disk. */
import { randomBytes } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { createSigningKey } from "./signing-key.ts";
import { defaultSettings } from "./sandbox-settings.ts";
import { keyOf } from "./metering/usage-key.ts";
import type { AcceptedUsage, Delivery, Fault, Operation, Product, State, Subscription } from "./model.ts";

type Snapshot = Omit<State, "subscriptions" | "order" | "operations" | "operationsOf" | "deliveries" | "usage"> & {
  version: 1;
  subscriptions: Subscription[];
  operations: Operation[];
  deliveries: Delivery[];
  usage?: AcceptedUsage[];
};

/** A state with keys and without purchases. */
export async function createEmptyState(): Promise<State> {
  return {
    clockOffsetMs: 0,
    replay: null,
    product: null,
    settings: { ...defaultSettings },
    keys: [await createSigningKey()],
    purchaseTokenKey: randomBytes(32).toString("base64"),
    subscriptions: new Map(),
    order: [],
    operations: new Map(),
    operationsOf: new Map(),
    deliveries: new Map(),
    usage: { accepted: new Map(), failuresLeft: 0 },
    faults: [],
    people: {},
  };
}

/** Adds a subscription to the state, last in the order of List Subscriptions. */
export function addSubscription(state: State, subscription: Subscription): void {
  state.subscriptions.set(subscription.id, subscription);
  state.order.push(subscription.id);
}

/** Adds an operation to the state and to its subscription's history. */
export function addOperation(state: State, operation: Operation): void {
  state.operations.set(operation.id, operation);
  const known = state.operationsOf.get(operation.subscriptionId);
  if (known) known.push(operation.id);
  else state.operationsOf.set(operation.subscriptionId, [operation.id]);
}

/** Operations of one subscription, oldest first. */
export function operationsOf(state: State, subscriptionId: string): Operation[] {
  const ids = state.operationsOf.get(subscriptionId) ?? [];
  return ids.map((id) => state.operations.get(id)).filter((operation) => operation !== undefined);
}

const maxDeliveries = 5000;
const pruneAt = new WeakMap<State, number>();

/** Adds a delivery. About 5,000 finished deliveries are kept. */
export function addDelivery(state: State, delivery: Delivery): void {
  state.deliveries.set(delivery.id, delivery);
  if (state.deliveries.size < (pruneAt.get(state) ?? maxDeliveries * 1.2)) return;
  let excess = state.deliveries.size - maxDeliveries;
  for (const [id, old] of state.deliveries) {
    if (excess === 0) break;
    if (old.outcome === "waiting") continue;
    state.deliveries.delete(id);
    excess -= 1;
  }
  // If most deliveries still wait, little was removed: prune again only after 20 % growth.
  pruneAt.set(state, Math.max(maxDeliveries, state.deliveries.size) * 1.2);
}

/** Files of earlier builds name some properties differently. */
function faultOf({ left = null, struck = 0, ...fault }: Fault & { left?: number | null; struck?: number }): Fault {
  return { ...fault, remaining: fault.remaining ?? left, applied: fault.applied ?? struck };
}

function productOf({ deafTo = [], ...product }: Product & { deafTo?: string[] }): Product {
  return { ...product, ignoredSubscriptions: product.ignoredSubscriptions ?? deafTo };
}

/** The state stored in a file, or null when there is none. */
export async function loadState(file: string): Promise<State | null> {
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw error;
  });
  if (text === null) return null;
  const stored = JSON.parse(text) as Snapshot;
  if (stored.version !== 1)
    throw new Error(
      `${file} was written by another version of the sandbox; delete the file to start with an empty state.`,
    );
  const state: State = {
    clockOffsetMs: stored.clockOffsetMs,
    replay: stored.replay ?? null,
    product: stored.product ? productOf(stored.product) : null,
    settings: { ...defaultSettings, ...stored.settings },
    keys: stored.keys,
    purchaseTokenKey: stored.purchaseTokenKey,
    faults: stored.faults.map(faultOf),
    people: stored.people ?? {},
    subscriptions: new Map(),
    order: [],
    operations: new Map(),
    operationsOf: new Map(),
    deliveries: new Map(),
    usage: { accepted: new Map(), failuresLeft: 0 },
  };
  for (const subscription of stored.subscriptions) addSubscription(state, subscription);
  for (const operation of stored.operations) addOperation(state, operation);
  for (const accepted of stored.usage ?? [])
    state.usage.accepted.set(keyOf(accepted.resourceId, accepted.dimension, accepted.hour), accepted);
  for (const delivery of stored.deliveries) state.deliveries.set(delivery.id, delivery);
  return state;
}

function snapshotOf(state: State): string {
  const snapshot: Snapshot = {
    version: 1,
    clockOffsetMs: state.clockOffsetMs,
    replay: state.replay,
    product: state.product,
    settings: state.settings,
    keys: state.keys,
    purchaseTokenKey: state.purchaseTokenKey,
    faults: state.faults,
    people: state.people,
    subscriptions: state.order.map((id) => state.subscriptions.get(id)).filter((item) => item !== undefined),
    operations: [...state.operations.values()],
    deliveries: [...state.deliveries.values()],
    usage: [...state.usage.accepted.values()],
  };
  return JSON.stringify(snapshot);
}

export type Saver = {
  /** Saves a change within about 100 ms. */
  soon(): void;
  /** Waits until everything is on disk. */
  flush(): Promise<void>;
};

const debounceMs = 40;

/** Writes the whole state to a new file and renames it, so that a crash leaves either the old or the new state. */
export function createSaver(file: string | null, state: () => State, log: (line: string) => void): Saver {
  if (file === null) return { soon: () => undefined, flush: async () => undefined };
  let isDirty = false;
  let timeout: NodeJS.Timeout | undefined;
  let writing: Promise<void> | null = null;
  let lastTookMs = 0;

  async function write(): Promise<void> {
    isDirty = false;
    const startedAt = performance.now();
    await mkdir(dirname(file!), { recursive: true });
    await writeFile(`${file}.new`, snapshotOf(state()), { mode: 0o600 });
    await rename(`${file}.new`, file!);
    lastTookMs = performance.now() - startedAt;
  }

  function start(): void {
    timeout = undefined;
    writing ??= write()
      .catch((error: unknown) => {
        log(`The sandbox could not store its state in ${file}: ${(error as Error).message}`);
      })
      .finally(() => {
        writing = null;
        if (isDirty) arm();
      });
  }

  // A large state takes long to write, so it is written less often and the sandbox stays responsive.
  function arm(): void {
    timeout ??= setTimeout(start, Math.max(debounceMs, lastTookMs * 4));
  }

  return {
    soon() {
      isDirty = true;
      if (!writing) arm();
    },
    async flush() {
      clearTimeout(timeout);
      timeout = undefined;
      if (writing) await writing;
      clearTimeout(timeout);
      timeout = undefined;
      if (isDirty) await write();
    },
  };
}
