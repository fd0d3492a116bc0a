/** Compares one page of Microsoft's list with our copy. */
import type { Context } from "../../context.ts";
import { type RecordedSubscription, readRecorded, ownEvidence } from "../../database/writes/reconcile-record.ts";
import { differingFacts, pickFacts } from "../../domain/subscription.ts";
import { MarketplaceError } from "../../marketplace/errors.ts";
import type { MarketplaceSubscription, SubscriptionPage } from "../../marketplace/types.ts";
import { addTruths } from "../operations/apply-truth.ts";
import { factsOf } from "../operations/facts-of.ts";
import { recordDifferences, recordFailure } from "./record-differences.ts";
import { compareSubscription, explain, findingOf, reasonOf, type SharedEvidence } from "./compare-subscription.ts";

/** What the steps of one job share. */
export type JobState = {
  run: { id: string; startedAt: Date };
  shared: SharedEvidence;
  /** Consecutive rows without a response from Microsoft. */
  unanswered: number;
};

/** After this many consecutive rows without a response, Microsoft is unavailable, not a row at fault. */
const maxUnanswered = 3;

/**
 * Adds missing subscriptions and repairs differences. A failing row is recorded and does not stop the others.
 * @returns the ids that are still out of sync, and why
 * @throws MarketplaceError if Microsoft throttles or is unavailable: the page has to be read again
 */
export async function comparePage(ctx: Context, job: JobState, page: SubscriptionPage): Promise<Set<string>> {
  const recorded = await readRecorded(
    ctx.db,
    page.subscriptions.map(({ id }) => id),
  );
  const unequal = new Set<string>();
  const unknown = page.subscriptions.filter(({ id }) => !recorded.has(id));
  await addUnknown(ctx, job, unknown, unequal);
  await forEachConcurrently(maxConcurrent, page.subscriptions, async (listed) => {
    const copy = recorded.get(listed.id);
    if (copy) await compareListed(ctx, job, listed, copy, unequal);
  });
  if (page.unreadable > 0) {
    const words = `Microsoft's list contains rows without an ID (${page.unreadable} on one page).`;
    const unnamed = { subscriptionId: null, kind: "unrecognised" as const, recorded: null, truth: null };
    await recordFailure(ctx, job.run.id, unnamed, words);
  }
  return unequal;
}

/** Differences of a page that are examined at the same time. */
const maxConcurrent = 4;

/** After the first error, no further work starts; the work in progress is awaited. */
async function forEachConcurrently<Item>(
  limit: number,
  items: Item[],
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const waiting = items.values();
  const errors: unknown[] = [];
  const worker = async () => {
    for (const item of waiting) {
      if (errors.length > 0) return;
      await work(item).catch((error: unknown) => errors.push(error));
    }
  };
  await Promise.all(Array.from({ length: limit }, worker));
  if (errors.length > 0) throw errors[0];
}

/** A list can be older than our copy when it is read, so each difference is looked up singly before a repair. */
async function compareListed(
  ctx: Context,
  job: JobState,
  listed: MarketplaceSubscription,
  copy: RecordedSubscription,
  unequal: Set<string>,
): Promise<void> {
  const facts = factsOf(listed, copy);
  const changed = differingFacts(copy, facts);
  if (changed.length === 0) return;
  try {
    const { run, shared } = job;
    const applied = await compareSubscription(ctx, { subscriptionId: listed.id, run, shared });
    if (applied === null) unequal.add(listed.id);
    job.unanswered = 0;
  } catch (error) {
    unequal.add(listed.id);
    rethrowUnlessRowFailed(job, error);
    const sides = { recorded: pickFacts(copy, changed), truth: pickFacts(facts, changed) };
    await recordFailure(ctx, job.run.id, { subscriptionId: listed.id, kind: "drift", ...sides }, error);
  }
}

/** Throttling and outages affect all rows, so they are thrown, and the job later continues at the same place. */
export function rethrowUnlessRowFailed(job: JobState, error: unknown): void {
  if (!(error instanceof MarketplaceError)) return;
  job.unanswered = error.status === null || error.isForeign ? job.unanswered + 1 : 0;
  if (error.status === 429 || job.unanswered >= maxUnanswered) throw error;
}

/** Adds all of a page in one transaction; if that fails, each in its own. */
async function addUnknown(
  ctx: Context,
  job: JobState,
  unknown: MarketplaceSubscription[],
  unequal: Set<string>,
): Promise<void> {
  if (unknown.length === 0) return;
  const causes = await causesOfUnknown(ctx, job, unknown);
  const wanted = unknown.filter(({ id }) => causes.has(id));
  for (const { id } of unknown) if (!causes.has(id)) unequal.add(id);
  try {
    await addTogether(ctx, job, wanted, causes);
  } catch (error) {
    ctx.log.warn({ err: error }, "could not add a page of new subscriptions together; adding each alone");
    for (const listed of wanted) await addAlone(ctx, job, listed, causes, unequal);
  }
}

/** The likely causes, without the subscriptions that an operation in progress is about to add. */
async function causesOfUnknown(
  ctx: Context,
  { shared }: JobState,
  unknown: MarketplaceSubscription[],
): Promise<Map<string, string>> {
  const ids = unknown.map(({ id }) => id);
  const evidence = await ownEvidence(ctx.db, ids, new Date(0));
  const causes = new Map<string, string>();
  for (const truth of unknown) {
    const own = evidence.get(truth.id) ?? { operation: null, delivery: null };
    const since = truth.createdAt ?? new Date(0);
    const explained = explain({ truth, changed: null, lastEqualAt: undefined, since, own, shared, now: ctx.now() });
    if (!explained.isExplained) causes.set(truth.id, explained.cause);
  }
  return causes;
}

async function addTogether(
  ctx: Context,
  { run }: JobState,
  truths: MarketplaceSubscription[],
  causes: Map<string, string>,
): Promise<void> {
  await ctx.db.transaction(async (tx) => {
    const causeOf = (id: string) => causes.get(id) ?? "";
    const reasonFor = ({ id }: MarketplaceSubscription) => reasonOf(causeOf(id), true);
    const added = await addTruths(ctx, tx, { truths, firstSeenBy: "reconcile", reasonOf: reasonFor });
    const findings = added.map((applied) => findingOf(applied.id, applied, causeOf(applied.id)));
    await recordDifferences(tx, ctx.now(), run.id, findings);
  });
}

async function addAlone(
  ctx: Context,
  job: JobState,
  listed: MarketplaceSubscription,
  causes: Map<string, string>,
  unequal: Set<string>,
): Promise<void> {
  try {
    await addTogether(ctx, job, [listed], causes);
  } catch (error) {
    unequal.add(listed.id);
    const truth = pickFacts(factsOf(listed, null), ["status", "offerId", "planId", "quantity"]);
    const finding = { subscriptionId: listed.id, kind: "unknown" as const, recorded: null, truth };
    await recordFailure(ctx, job.run.id, finding, error);
  }
}
