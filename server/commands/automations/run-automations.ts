/**
 * Starts automations: by the events of the feed in their order, and for subscriptions that begin to match filters. Each
 * start commits together with all that it does, so that it happens once with several instances and after a crash.
 */
import { sql } from "drizzle-orm";
import { hasMoneyFilter } from "../../../shared/automations.ts";
import type { ActorKind } from "../../../shared/actors.ts";
import type { Executor } from "../../database/connection/database.ts";
import { type AutomationRecord, causeOf, listActiveAutomations } from "../../database/queries/automations.ts";
import { assignPositions } from "../../database/writes/event-positions.ts";
import {
  forgetFormerMatches,
  isMatching,
  isMoneyCounted,
  listEntering,
  lockPosition,
  movePosition,
  rememberMatch,
} from "../../database/writes/automations.ts";
import { hasTakenTooLong } from "../../database/statements/database-errors.ts";
import { isStartedBy } from "../../domain/automations/firing.ts";
import { AppError } from "../../errors.ts";
import { lockSubscription } from "../subscriptions/request-change.ts";
import { actIfMatching, type JobContext, readable } from "./act.ts";

/** Events that are read together; each that starts something has its own transaction. */
const batchSize = 500;
/** One run ends after this time, so that webhooks and settling come first again. */
const maxMs = 10_000;

type Event = { id: string; position: number; kind: string; at: Date; actorKind: ActorKind; subscriptionId: string };

/** The number of timeouts after which a start is stored as failed, so that it does not block later events. */
const maxTries = 3;

/** Attempts of starts whose statements took too long, by event, or by automation and subscription. */
export type AttemptCounts = Map<string, number>;

type Options = { signal?: AbortSignal | undefined; tries?: AttemptCounts };

/** @param take gets whether this is the last attempt */
async function tryStart<Answer>(tries: AttemptCounts, key: string, take: (isLastTry: boolean) => Promise<Answer>) {
  const earlier = tries.get(key) ?? 0;
  try {
    const answer = await take(earlier + 1 >= maxTries);
    tries.delete(key);
    return answer;
  } catch (error) {
    if (hasTakenTooLong(error)) tries.set(key, earlier + 1);
    throw error;
  }
}

/**
 * Takes the events that have happened since the last run.
 * @returns whether all were taken; another instance may be taking them
 */
export async function runAutomations(ctx: JobContext, { signal, tries = new Map() }: Options = {}): Promise<boolean> {
  const isOn = async () =>
    readable(await listActiveAutomations(ctx.db)).some(({ trigger }) => trigger.kind === "event");
  if (!(await isOn())) return true;
  await assignPositions(ctx.db, { isAll: false, canSkip: true });
  const endsAt = performance.now() + maxMs;
  let batch: Batch = noBatch;
  while (!signal?.aborted && performance.now() < endsAt) {
    const step = await takeEvents(ctx, tries, batch);
    if (step.next !== "more") return step.next === "all";
    batch = step.batch;
  }
  return false;
}

/** Events that have been read and not yet taken, and the position before them. New events only get later positions. */
type Batch = { position: number | null; events: Event[]; isLast: boolean };
const noBatch: Batch = { position: null, events: [], isLast: false };

type Step = { next: "more"; batch: Batch } | { next: "all" | "busy" };

/** Skips events that start no automation, and takes the first that starts one. */
function takeEvents(ctx: JobContext, tries: AttemptCounts, earlier: Batch): Promise<Step> {
  return ctx.db.transaction(async (tx): Promise<Step> => {
    const position = await lockPosition(tx);
    if (position === null) return { next: "busy" };
    const automations = readable(await listActiveAutomations(tx));
    // Another instance may have taken some of them.
    const { events, isLast } =
      earlier.position === position && earlier.events.length > 0 ? earlier : await readBatch(tx, position);
    const last = events.at(-1);
    if (last === undefined) return { next: "all" };
    for (const [index, event] of events.entries()) {
      const started = automations.filter((automation) => isStartedBy(automation, event));
      if (started.length === 0) continue;
      await tryStart(tries, event.id, (isLastTry) => takeEvent(ctx, tx, event, { started, isLastTry }));
      await movePosition(tx, event.position);
      return { next: "more", batch: { position: event.position, events: events.slice(index + 1), isLast } };
    }
    await movePosition(tx, last.position);
    return isLast ? { next: "all" } : { next: "more", batch: noBatch };
  });
}

async function readBatch(tx: Executor, position: number): Promise<Pick<Batch, "events" | "isLast">> {
  const events = await readEvents(tx, position);
  return { events, isLast: events.length < batchSize };
}

async function readEvents(tx: Executor, position: number): Promise<Event[]> {
  const { rows } = await tx.execute<{
    id: string;
    position: string;
    kind: string;
    at: string;
    actor_kind: ActorKind;
    subscription_id: string;
  }>(sql`
    select e.id, e.position, a.kind, a.at, a.actor_kind, a.subscription_id
    from events e join activity a on a.id = e.id
    where e.position > ${position} order by e.position limit ${batchSize}`);
  return rows.map((row) => ({
    id: row.id,
    position: Number(row.position),
    kind: row.kind,
    at: new Date(row.at),
    actorKind: row.actor_kind,
    subscriptionId: row.subscription_id,
  }));
}

async function takeEvent(
  ctx: JobContext,
  tx: Executor,
  { id: eventId, kind, subscriptionId }: Event,
  { started, isLastTry }: { started: AutomationRecord[]; isLastTry: boolean },
): Promise<void> {
  if (!(await lockIfKnown(tx, subscriptionId))) return;
  for (const automation of started) {
    await actIfMatching(ctx, tx, automation, { subscriptionId, eventId, cause: causeOf(kind), isLastTry });
  }
}

async function lockIfKnown(tx: Executor, subscriptionId: string): Promise<boolean> {
  try {
    await lockSubscription(tx, subscriptionId);
    return true;
  } catch (error) {
    if (error instanceof AppError && error.code === "NotFound") return false;
    throw error;
  }
}

/** Subscriptions of one automation in one run; the next run takes more. */
const maxEntering = 200;

type ComparingOptions = Options & {
  /** Whether webhooks or settling come first now. */
  isBusy?: () => boolean;
  /** The automation that the last run compared last: this one begins with the next. */
  lastId?: string | null;
};

/**
 * Starts the automations whose filters a subscription has begun to match.
 * @returns the automation that was compared last
 */
export async function enterViews(
  ctx: JobContext,
  { signal, tries = new Map(), isBusy = () => false, lastId = null }: ComparingOptions = {},
): Promise<string | null> {
  const automations = readable(await listActiveAutomations(ctx.db)).filter(({ trigger }) => trigger.kind === "enters");
  const first = automations.findIndex(({ id }) => id === lastId) + 1;
  const endsAt = performance.now() + maxMs;
  const mustStop = () => signal?.aborted || isBusy() || performance.now() > endsAt;
  let comparedId = lastId;
  for (const { id, filters } of [...automations.slice(first), ...automations.slice(0, first)]) {
    if (mustStop()) break;
    comparedId = id;
    try {
      await forgetFormerMatches(ctx.db, id, filters, ctx.now());
      for (const subscriptionId of await listEntering(ctx.db, id, filters, { now: ctx.now(), max: maxEntering })) {
        if (mustStop()) break;
        await tryStart(tries, `${id} ${subscriptionId}`, (isLastTry) => enter(ctx, id, { subscriptionId, isLastTry }));
      }
    } catch (error) {
      // Filters that take too long must not keep the other automations waiting.
      ctx.log.warn({ err: error, automation: id }, "an automation could not compare its filters; it tries again");
    }
  }
  return comparedId;
}

/** Checks everything again under the lock: someone else may have been faster, or have turned the automation off. */
function enter(
  ctx: JobContext,
  automationId: string,
  { subscriptionId, isLastTry }: { subscriptionId: string; isLastTry: boolean },
): Promise<void> {
  return ctx.db.transaction(async (tx) => {
    if (!(await lockIfKnown(tx, subscriptionId))) return;
    const automation = readable(await listActiveAutomations(tx)).find(({ id }) => id === automationId);
    if (automation?.trigger.kind !== "enters") return;
    if (hasMoneyFilter(automation.filters) && !(await isMoneyCounted(tx, subscriptionId))) return;
    if (!(await isMatching(tx, subscriptionId, automation.filters, ctx.now()))) return;
    if (!(await rememberMatch(tx, automationId, subscriptionId))) return;
    await actIfMatching(ctx, tx, automation, { subscriptionId, eventId: null, cause: causeOf(null), isLastTry });
  });
}
