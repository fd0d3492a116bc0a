/** The state of the sandbox and of Marketdesk after a fault, read once for the checker. */
import { setTimeout as sleep } from "node:timers/promises";
import type { ReceivedChange, SentWebhook } from "../../sandbox/ledger.ts";
import type { Scene } from "./scene.ts";

export type MicrosoftSubscription = {
  id: string;
  name: string;
  offerId: string;
  planId: string;
  quantity: number | null;
  status: string;
  termStart: string | null;
  termEnd: string | null;
  termUnit: string;
  isFreeTrial: boolean;
  autoRenew: boolean;
};

export type MicrosoftOperation = {
  id: string;
  subscriptionId: string;
  action: string;
  status: string;
  source: "Azure" | "Partner";
  planId: string;
  quantity: number | null;
  finishedAt: string | null;
  isApplied: boolean;
  ending: string | null;
};

export type SubscriptionRow = {
  id: string;
  name: string;
  offer_id: string;
  plan_id: string;
  quantity: number | null;
  status: string;
  term_starts_at: Date | null;
  term_ends_at: Date | null;
  is_free_trial: boolean;
  auto_renews: boolean | null;
};

export type OperationRow = {
  id: string;
  marketplace_id: string | null;
  subscription_id: string;
  action: string;
  source: "Azure" | "Partner";
  stage: string;
  outcome: string | null;
  actor_kind: string;
  reason: string | null;
  last_error: string | null;
  is_stuck: boolean;
};

export type ActivityRow = {
  id: string;
  subscription_id: string | null;
  operation_id: string | null;
  kind: string;
  actor_kind: string;
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
  reason: string | null;
};

export type DeliveryRow = {
  body_sha256: string;
  outcome: string;
  operation_id: string | null;
  marketplace_id: string | null;
  headers: object;
};

export type EventRow = { id: string; subscription_id: string; position: number | null };

export type FinalState = Awaited<ReturnType<typeof readFinalState>>;

/** Reads both sides. */
export async function readFinalState(scene: Pick<Scene, "control" | "query" | "posts">) {
  const { control } = scene;
  const { webhooks, changes } = await control<{ webhooks: SentWebhook[]; changes: ReceivedChange[] }>("ledger");
  return {
    webhooks,
    changes,
    posts: scene.posts,
    theirSubscriptions: (await control<{ subscriptions: MicrosoftSubscription[] }>("subscriptions?limit=100000"))
      .subscriptions,
    theirOperations: (
      await control<{ operations: MicrosoftOperation[] }>("operations?limit=100000")
    ).operations.reverse(),
    subscriptions: await scene.query<SubscriptionRow>(
      `select id, name, offer_id, plan_id, quantity, status, term_starts_at, term_ends_at, is_free_trial, auto_renews from subscriptions`,
    ),
    operations: await scene.query<OperationRow>(
      `select id, marketplace_id, subscription_id, action, source, stage, outcome, actor_kind, reason, last_error,
        stuck_at is not null as is_stuck from operations order by id`,
    ),
    activity: await scene.query<ActivityRow>(
      `select id, subscription_id, operation_id, kind, actor_kind, before, after, reason from activity order by at, id`,
    ),
    deliveries: await scene.query<DeliveryRow>(
      `select body_sha256, outcome, operation_id, marketplace_id, headers from webhook_deliveries`,
    ),
    events: await scene.query<EventRow>(
      `select e.id, a.subscription_id, e.position::int from events e join activity a on a.id = e.id order by e.position`,
    ),
    claimsLeft: await scene.query<{ id: string; attempts: number; error: string | null; claim: string }>(
      `select id::text, attempts, last_error as error, concat_ws(' ', 'claimed by', coalesce(claimed_by, 'no worker'),
          'due in', extract(epoch from due_at - now())::int, 's') as claim
        from operations where due_at is not null or claimed_by is not null`,
    ),
  };
}

/** Messages that wait, and events that are not addressed yet; a disabled endpoint is not owed any. */
async function unsentMessages(scene: Scene): Promise<number> {
  const rows = await scene
    .query<{ unsent: number }>(
      `select (select count(*) from outbox_messages m join outbox_receivers r on r.id = m.receiver_id
          where m.state = 'waiting' and r.state = 'active')::int
        + (select count(*) from events where position is null)::int as unsent`,
    )
    .catch(() => []);
  return rows[0]?.unsent ?? -1;
}

/** Which operations wait for what: the first question if operations are left. */
function readClaims(scene: Scene): Promise<{ claim: string; count: number }[]> {
  return scene.query(
    `select concat(stage, case when claimed_by is null then ' free' else ' claimed' end,
        case when stuck_at is not null then ' stuck' when due_at > now() then ' due later' else ' due' end) as claim, count(*)::int as count
      from operations where stage <> 'settled' group by 1 order by 2 desc limit 5`,
  );
}

type PendingCounts = { webhooks: number; operations: number; activations: number };

/**
 * Waits until nothing is left to happen on either side.
 *
 * @returns how long it took in milliseconds, and what was still open when the time was up; null: nothing
 */
export async function waitUntilQuiet(scene: Scene, timeoutMs = 60_000): Promise<{ ms: number; open: string | null }> {
  await scene.control("settings", { webhookDelayMs: 5, webhookCopies: 1 });
  const startedAt = performance.now();
  for (let quietChecks = 0; ;) {
    const atMicrosoft = await scene.control<PendingCounts>("pending");
    const atMarketdesk = await scene
      .query<{ open: number }>(`select count(*)::int as open from operations where stage <> 'settled'`)
      .then((rows) => rows[0] ?? { open: -1 })
      .catch(() => ({ open: -1 }));
    const messages = scene.receivers.length === 0 ? 0 : await unsentMessages(scene);
    const left = { ...atMicrosoft, ...atMarketdesk, messages };
    const ms = performance.now() - startedAt;
    quietChecks = Object.values(left).every((count) => count === 0) ? quietChecks + 1 : 0;
    if (quietChecks === 3) return { ms, open: null };
    if (ms > timeoutMs) {
      const claims = (await readClaims(scene)).map(({ claim, count }) => `${count} ${claim}`);
      return {
        ms,
        open: `${claims.join(", ")}: ${left.messages} messages, ${left.open} operations of ours, ${left.webhooks} webhooks and ${left.operations} operations of the sandbox`,
      };
    }
    await sleep(100);
  }
}
