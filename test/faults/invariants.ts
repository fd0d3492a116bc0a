/** The checker: what must be true after all faults. */
import { pino } from "pino";
import { createDatabase } from "../../server/database/connection/database.ts";
import { readVerification, verifyRecord } from "../../server/database/record/record-check.ts";
import { isKnownTransition, type SubscriptionStatus, subscriptionStatuses } from "../../shared/lifecycle.ts";
import type { Receiver } from "./receiver.ts";
import type { Scene } from "./scene.ts";
import { readLogs } from "./scene.ts";
import { readBill } from "./metering.ts";
import { billedIsExcess } from "./usage-invariant.ts";
import { waitUntilQuiet, type ActivityRow, readFinalState, type FinalState } from "./final-state.ts";

export type Violation = { invariant: string; what: string };

export type Verdict = { violations: Violation[]; quietMs: number; checked: Record<string, number> };

export type CheckOptions = {
  /** Invariants that this fault necessarily breaks. */
  except?: string[];
  quietWithinMs?: number;
};

/** Waits for quiet (at most 60 s), then checks all. */
export async function checkInvariants(scene: Scene, options: CheckOptions = {}): Promise<Verdict> {
  const quiet = await waitUntilQuiet(scene, options.quietWithinMs);
  const state = await readFinalState(scene);
  const violations: Violation[] = [];
  const broken = (invariant: string) => (what: string) => void violations.push({ invariant, what });
  if (quiet.open) broken("I5")(`after ${Math.round(quiet.ms / 1_000)} s still open: ${quiet.open}`);
  storedIsSent(state, broken("I1"));
  violations.push(...violationsOfRecord(state));
  for (const what of await brokenLinks(scene)) broken("I7")(what);
  for (const receiver of scene.receivers) everyEventDelivered(state, receiver, broken("I8"));
  wholeOrNothing(state, scene, broken("I9"));
  for (const instance of scene.instances) for (const what of instance.uncaught) broken("I10")(what.slice(0, 300));
  await noSecrets(scene, state, broken("I11"));
  if (scene.reported.length > 0) billedIsExcess(await readBill(scene), broken("I12"));
  return {
    violations: violations.filter(({ invariant }) => !options.except?.includes(invariant)),
    quietMs: Math.round(quiet.ms),
    checked: {
      subscriptions: state.theirSubscriptions.length,
      operations: state.operations.length,
      deliveries: state.deliveries.length,
      activity: state.activity.length,
    },
  };
}

/** I2 to I7: what the records of both sides show. */
export function violationsOfRecord(state: FinalState): Violation[] {
  const violations: Violation[] = [];
  const broken = (invariant: string) => (what: string) => void violations.push({ invariant, what });
  oneEffect(state, broken("I2"));
  equalsMicrosoft(state, broken("I3"));
  validHistory(state, broken("I4"));
  everythingSettled(state, broken("I5"));
  oneAnswer(state, broken("I6"));
  onRecord(state, broken("I7"));
  return violations;
}

type Report = (what: string) => void;

/** I1: each 2xx has its row with the same bytes; an answer that did not arrive may have one, a row without a POST is none. */
function storedIsSent(state: FinalState, report: Report): void {
  const sent = new Map<string, { stored: number; unknown: number }>();
  for (const { bodySha256, status } of [...state.webhooks, ...state.posts]) {
    const counts = sent.get(bodySha256) ?? { stored: 0, unknown: 0 };
    sent.set(bodySha256, counts);
    if (status !== null && status >= 200 && status < 300) counts.stored += 1;
    else if (status === null || status >= 500) counts.unknown += 1;
  }
  const rows = countBy(state.deliveries, (delivery) => delivery.body_sha256);
  for (const [hash, { stored, unknown }] of sent) {
    const found = rows.get(hash) ?? 0;
    if (found < stored) report(`${stored} answers of 2xx for body ${hash.slice(0, 12)}, ${found} rows`);
    if (found > stored + unknown)
      report(`${found} rows for body ${hash.slice(0, 12)}, posted ${stored + unknown} times`);
  }
  for (const hash of rows.keys())
    if (!sent.has(hash)) report(`a row with body ${hash.slice(0, 12)} that was never sent`);
}

/** I2: an operation has one row, one end and one of each change; a request of ours had one effect at Microsoft. */
function oneEffect(state: FinalState, report: Report): void {
  for (const [id, rows] of grouped(state.operations, (operation) => operation.marketplace_id)) {
    if (rows.length > 1) report(`operation ${id} has ${rows.length} rows`);
  }
  for (const [id, entries] of grouped(state.activity, (entry) => entry.operation_id)) {
    const kinds = countBy(entries, (entry) => entry.kind);
    for (const [kind, count] of kinds) if (count > 1) report(`operation ${id} has ${count} entries ${kind}`);
  }
  const appliedRequests = state.theirOperations.filter(({ source, isApplied }) => source === "Partner" && isApplied);
  const valueOf = (operation: { subscriptionId: string; action: string; planId: string; quantity: number | null }) =>
    [operation.subscriptionId, operation.action, operation.action === "ChangePlan" ? operation.planId : ""].join(" ") +
    (operation.action === "ChangeQuantity" ? operation.quantity : "");
  const applied = countBy(appliedRequests, valueOf);
  const requests = new Map<string, Set<string>>();
  for (const { method, path, body, correlationId, effect } of state.changes) {
    if (effect !== 202) continue;
    const asked = (body ?? {}) as { planId?: string; quantity?: number };
    const action = method === "DELETE" ? "Unsubscribe" : asked.planId ? "ChangePlan" : "ChangeQuantity";
    const subscriptionId = path.split("/").at(-1) ?? "";
    const key = valueOf({ subscriptionId, action, planId: asked.planId ?? "", quantity: asked.quantity ?? null });
    requests.set(key, (requests.get(key) ?? new Set()).add(correlationId));
  }
  for (const [key, count] of applied) {
    const asked = requests.get(key)?.size ?? 0;
    if (count > asked) report(`${asked} requests of ours had ${count} effects at Microsoft: ${key}`);
  }
}

/** I3: our copy equals Microsoft's. */
function equalsMicrosoft(state: FinalState, report: Report): void {
  const rowsById = new Map(state.subscriptions.map((subscription) => [subscription.id, subscription]));
  for (const subscription of state.theirSubscriptions) {
    const row = rowsById.get(subscription.id);
    if (!row) {
      report(`subscription ${subscription.id} (${subscription.status}) is unknown to us`);
      continue;
    }
    const time = (value: string | Date | null) => (value === null ? null : new Date(value).getTime());
    const pairs: [name: string, actual: unknown, expected: unknown][] = [
      ["name", row.name, subscription.name],
      ["status", row.status, subscription.status],
      ["offer", row.offer_id, subscription.offerId],
      ["plan", row.plan_id, subscription.planId],
      ["quantity", row.quantity, subscription.quantity],
      ["term start", time(row.term_starts_at), time(subscription.termStart)],
      ["term end", time(row.term_ends_at), time(subscription.termEnd)],
      ["trial", row.is_free_trial, subscription.isFreeTrial],
      ["renewal", row.auto_renews, subscription.autoRenew],
    ];
    for (const [name, actual, expected] of pairs) {
      if (actual !== expected)
        report(`${name} of ${subscription.id} (${subscription.status}): ours ${actual}, Microsoft's ${expected}`);
    }
  }
  const known = new Set(state.theirSubscriptions.map((subscription) => subscription.id));
  for (const { id } of state.subscriptions)
    if (!known.has(id)) report(`subscription ${id} does not exist at Microsoft`);
}

/** I4: each entry continues the previous one, along the lifecycle, and never returns to an earlier state of Microsoft's. */
function validHistory(state: FinalState, report: Report): void {
  const seatsAtMicrosoft = new Map<string, (number | null)[]>();
  const applied = state.theirOperations
    .filter((operation) => operation.isApplied && operation.action === "ChangeQuantity")
    .toSorted((a, b) => Date.parse(a.finishedAt ?? "") - Date.parse(b.finishedAt ?? ""));
  for (const { subscriptionId, quantity } of applied) {
    seatsAtMicrosoft.set(subscriptionId, [...(seatsAtMicrosoft.get(subscriptionId) ?? []), quantity]);
  }
  for (const [id, entries] of grouped(state.activity, (entry) => entry.subscription_id)) {
    const history = entries.filter((entry) => entry.kind.startsWith("subscription."));
    followChain(id, history, state, report);
    const seats = history.flatMap((entry) =>
      entry.before && entry.after && "quantity" in entry.after ? [entry.after["quantity"]] : [],
    );
    const ages = seats.map((quantity) => (seatsAtMicrosoft.get(id) ?? []).indexOf(quantity as number));
    if (ages.some((age, index) => index > 0 && age < (ages[index - 1] ?? 0))) {
      report(`seats of ${id} went back to an older state: ${seats.join(", ")}`);
    }
  }
}

const factNames = ["status", "planId", "quantity"] as const;

function followChain(id: string, history: ActivityRow[], state: FinalState, report: Report): void {
  const current: Record<string, unknown> = {};
  for (const { kind, before, after } of history) {
    for (const name of factNames) {
      if (!after || !(name in after)) continue;
      if (before && name in before && name in current && before[name] !== current[name]) {
        report(`${kind} of ${id} continues from ${name} ${before[name]}, but it was ${current[name]}`);
      }
      if (name === "status" && name in current && !isReachable(String(current[name]), String(after[name]))) {
        report(`${id} went from ${current[name]} to ${after[name]}`);
      }
      current[name] = after[name];
    }
  }
  const row = state.subscriptions.find((subscription) => subscription.id === id);
  const inRow: Record<string, unknown> = { status: row?.status, planId: row?.plan_id, quantity: row?.quantity };
  for (const name of factNames) {
    if (row && name in current && current[name] !== inRow[name]) {
      report(`the history of ${id} ends with ${name} ${current[name]}, the row has ${inRow[name]}`);
    }
  }
}

/** By one step or several: a late webhook may have skipped one. */
function isReachable(from: string, to: string, seen: string[] = []): boolean {
  return subscriptionStatuses.some(
    (next) =>
      !seen.includes(next) &&
      isKnownTransition(from as SubscriptionStatus, next) &&
      (next === to || (next !== from && isReachable(next, to, [...seen, from]))),
  );
}

/** I5: everything has an end, with a reason if it was quarantined; nothing valid was. */
function everythingSettled(state: FinalState, report: Report): void {
  for (const operation of state.operations) {
    const name = `${operation.action} ${operation.marketplace_id ?? operation.id}`;
    if (operation.is_stuck) report(`${name} is stuck: ${operation.last_error}`);
    else if (operation.stage !== "settled") report(`${name} is ${operation.stage}: ${operation.last_error}`);
    if (operation.outcome === "quarantined") report(`${name} was quarantined: ${operation.last_error}`);
  }
  const odd = state.deliveries.filter((delivery) => delivery.outcome === "unprocessable").length;
  if (odd > 0) report(`${odd} valid deliveries were unrecognized`);
  for (const { id, attempts, claim, error } of state.claimsLeft)
    report(`${id} is still in progress, ${attempts} attempts, ${claim}: ${error?.slice(0, 80)}`);
}

/** I6: Microsoft received one answer to each operation. */
function oneAnswer(state: FinalState, report: Report): void {
  const answers = state.changes.filter((change) => change.path.includes("/operations/") && change.effect === 200);
  for (const [path, calls] of grouped(answers, (change) => change.path)) {
    const statuses = new Set(calls.map((call) => String((call.body as { status?: string } | null)?.status)));
    if (statuses.size > 1) report(`operation ${path.split("/").at(-1)} was answered ${[...statuses].join(" and ")}`);
  }
  const known = new Set(state.operations.map((operation) => operation.marketplace_id));
  for (const { id, action, source } of state.theirOperations) {
    if (source === "Partner" && !known.has(id)) report(`${action} ${id} of ours is not in our operations`);
  }
}

/** I7: every change of a subscription names what caused it. */
function onRecord(state: FinalState, report: Report): void {
  const recorded = new Set(state.activity.map((entry) => entry.subscription_id));
  for (const { id } of state.subscriptions) if (!recorded.has(id)) report(`${id} has no audit entry`);
  for (const entry of state.activity) {
    const hasCause = entry.operation_id !== null || entry.reason !== null || entry.actor_kind === "purchaser";
    if (entry.kind.startsWith("subscription.") && !hasCause)
      report(`${entry.kind} of ${entry.subscription_id} has no cause`);
  }
}

/** I7: the hash chain verifies. */
async function brokenLinks(scene: Scene): Promise<string[]> {
  const { db, close } = createDatabase({
    url: scene.postgres.urlOf(scene.database),
    name: "checker",
    max: 1,
    statementTimeoutMs: 30_000,
    log: pino({ level: "silent" }),
  });
  try {
    // The instances verify it too: wait for one of their passes.
    for (let passes = 0; passes < 2;)
      if (
        await verifyRecord(
          db,
          () => new Date(),
          () => false,
        )
      )
        passes += 1;
    return (await readVerification(db)).found.map(({ kind, about }) => `the hash chain: ${about} ${kind}`);
  } finally {
    await close();
  }
}

/** I8: each event was accepted at least once, with its id and a valid signature, in order for its subscription. */
export function everyEventDelivered(
  state: Pick<FinalState, "events">,
  { name, fromPosition, accepted, unverified }: Pick<Receiver, "name" | "fromPosition" | "accepted" | "unverified">,
  report: Report,
): void {
  for (const what of unverified) report(`${name} got a message that is not signed correctly: ${what}`);
  const known = new Set(state.events.map(({ id }) => id));
  for (const { id } of accepted) if (!known.has(id)) report(`${name} got ${id}, which is no event`);
  const owed = state.events.filter(({ position }) => position === null || position > fromPosition);
  const seen = new Set(accepted.map(({ id }) => id));
  for (const { id, position } of owed) if (!seen.has(id)) report(`${name} never got event ${position} (${id})`);
  const places = new Map(owed.map(({ id, position }) => [id, position ?? 0]));
  for (const [subscriptionId, messages] of grouped(accepted, (message) => message.subscriptionId)) {
    const first = new Set(messages.map(({ id }) => id));
    const order = [...first].flatMap((id) => places.get(id) ?? []);
    if (order.some((place, index) => index > 0 && place < (order[index - 1] ?? 0)))
      report(`${name} got the events of ${subscriptionId} in the order ${order.join(", ")}`);
  }
}

/** I9: rows that belong together exist together, and a refused request has left none. */
function wholeOrNothing(state: FinalState, scene: Scene, report: Report): void {
  const entries = grouped(state.activity, (entry) => entry.operation_id);
  const accepted = countBy(
    state.deliveries.filter((delivery) => delivery.outcome === "accepted"),
    (delivery) => delivery.operation_id ?? "",
  );
  for (const operation of state.operations) {
    const kinds = (entries.get(operation.id) ?? []).map((entry) => entry.kind);
    const ends = kinds.filter((kind) => kind === `operation.${operation.outcome}`).length;
    if (operation.stage === "settled" && ends !== 1)
      report(`${operation.action} ${operation.id} ended with ${ends} entries`);
    if (operation.stage !== "settled" && kinds.some((kind) => kind.startsWith("subscription."))) {
      report(`${operation.action} ${operation.id} is ${operation.stage} and has changed the subscription`);
    }
    const firsts = accepted.get(operation.id) ?? 0;
    if (operation.actor_kind === "marketplace" && firsts !== 1) {
      report(`${operation.action} ${operation.id} has ${firsts} first deliveries`);
    }
    const requests = kinds.filter((kind) => kind === "operation.requested").length;
    if (operation.actor_kind === "staff" && requests !== 1) report(`${operation.id} was requested ${requests} times`);
  }
  for (const { reason, procedure, answer } of scene.staff.requests) {
    const isHold = procedure === "suspend" || procedure === "reinstate";
    const rows = isHold
      ? state.activity.filter((entry) => entry.reason === reason).length
      : state.operations.filter((operation) => operation.reason === reason).length;
    if (answer.ok && rows !== 1) report(`staff's "${reason}" (${procedure}) was accepted and left ${rows} rows`);
    const isRefused = !answer.ok && answer.message.includes('"appCode"');
    if (isRefused && rows !== 0) report(`staff's "${reason}" (${procedure}) was refused and left ${rows} rows`);
    if (rows > 1) report(`staff's "${reason}" (${procedure}) left ${rows} rows`);
  }
}

/** I11: no token, secret, cookie or address of a person in logs, errors or stored headers. */
async function noSecrets(scene: Scene, state: FinalState, report: Report): Promise<void> {
  const textsByPlace: [place: string, text: string][] = [
    ["the logs", await readLogs(scene)],
    ["stored headers", JSON.stringify(state.deliveries.map((delivery) => delivery.headers))],
    ["errors of operations", JSON.stringify(state.operations.map((operation) => operation.last_error))],
    ["answers to staff", JSON.stringify(scene.staff.requests.map(({ answer }) => answer.message))],
  ];
  const { credential, landing } = scene.sandbox.entra;
  const secrets: [name: string, pattern: RegExp][] = [
    ["a token", /eyJ[\w-]{10,}\.eyJ/],
    ["the client secret", literal("secret" in credential ? credential.secret : "-")],
    ["the landing app's secret", literal(landing.clientSecret ?? "-")],
    ["a cookie", literal(scene.staff.cookie)],
    ["the database's password", literal(new URL(scene.databaseUrl).password)],
    ["an e-mail address", /[\w.]+@(fabrikam|northwind|contoso)\.example/],
  ];
  for (const [place, text] of textsByPlace) {
    for (const [name, pattern] of secrets) if (pattern.test(text)) report(`${name} is in ${place}`);
  }
}

const literal = (text: string) => new RegExp(text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"));

function countBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(keyOf(item), (counts.get(keyOf(item)) ?? 0) + 1);
  return counts;
}

function grouped<Item>(items: readonly Item[], keyOf: (item: Item) => string | null): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    if (key === null) continue;
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}
