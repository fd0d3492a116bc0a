/** An instance that stands still, for example because its machine is paused: others take over its work, and it does not act on it later. */
import { randomUUID } from "node:crypto";
import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { SignInRefused } from "../../server/auth/id-token.ts";
import { createStaffRecheck, sealGrant } from "../../server/auth/staff-recheck.ts";
import { settleOperation } from "../../server/commands/operations/settle-operation.ts";
import { sealUsage } from "../../server/commands/usage/seal-usage.ts";
import { sendUsage } from "../../server/commands/usage/send-usage.ts";
import type { Context } from "../../server/context.ts";
import { createDatabase, type Database } from "../../server/database/connection/database.ts";
import { operations } from "../../server/database/schema/operations.ts";
import { sessions } from "../../server/database/schema/staff.ts";
import { lockExclusively } from "../../server/database/statements/exclusive-lock.ts";
import { newId } from "../../server/database/statements/new-id.ts";
import { upsertStaff } from "../../server/database/writes/staff-confirmations.ts";
import { openLiveness } from "../../server/jobs/liveness.ts";
import { MarketplaceError, noFacts } from "../../server/marketplace/errors.ts";
import { eventually, quiet } from "../support/app.ts";
import { longTimeouts } from "../support/database.ts";
import { hourMs, type MeteringDesk, startMeteringDesk } from "../support/metering.ts";

let desk: MeteringDesk;
beforeAll(async () => {
  desk = await startMeteringDesk();
});
afterAll(() => desk?.stop());

/** The process stands still when the returned function is called: its time continues that much later. */
function standStill(ms: number): () => void {
  const clock = performance.now.bind(performance);
  const spy = vi.spyOn(performance, "now");
  onTestFinished(() => spy.mockRestore());
  return () => void spy.mockImplementation(() => clock() + ms);
}

/** The desk's database, on whose `kind` of statement something follows, once. */
function dbWith(kind: "execute" | "query", isAwaited: (query: unknown) => boolean, then: () => void): Database {
  let hasHappened = false;
  const after = async (query: unknown, answer: Promise<unknown>): Promise<unknown> => {
    const answered = await answer;
    if (!hasHappened && isAwaited(query)) {
      hasHappened = true;
      then();
    }
    return answered;
  };
  const { db } = desk;
  if (kind === "execute")
    return Object.create(db, {
      execute: { value: (query: Parameters<Database["execute"]>[0]) => after(query, db.execute(query)) },
    }) as Database;
  const query = (config: { name?: string; text: string }) => after(config, db.$client.query(config));
  return Object.create(db, { $client: { value: { query } } }) as Database;
}

type Sent = { method: string; path: string };
async function sentTo(path: RegExp, method: string): Promise<number> {
  const { calls } = await desk.control<{ calls: Sent[] }>("calls?area=marketplace");
  return calls.filter((call) => call.method === method && path.test(call.path)).length;
}

describe("what a process sends after it stood still", () => {
  test("a change of ours is not sent after the time from which another instance may send it, and then once", async () => {
    const id = await desk.buy({ offerId: "insight", planId: "team", quantity: 5 });
    const operation = {
      id: newId(desk.now()),
      subscriptionId: id,
      action: "ChangeQuantity",
      source: "Partner" as const,
      stage: "requested" as const,
      quantity: 9,
      dueAt: desk.now(),
      actorKind: "staff" as const,
      actorName: "Ada",
      createdAt: desk.now(),
      updatedAt: desk.now(),
    };
    await desk.db.insert(operations).values(operation);
    const changes = () => sentTo(new RegExp(`/subscriptions/${id}$`), "PATCH");
    const isMark = (query: unknown) => (query as { name?: string }).name === "write-progress";
    const paused: Context = { ...desk.ctx, db: dbWith("query", isMark, standStill(9_000)) };
    expect(await settleOperation(paused, operation.id)).toMatchObject({ isDone: false });
    expect(await changes()).toBe(0);
    vi.restoreAllMocks();
    await eventually(async () => (await settleOperation(desk.ctx, operation.id)).isDone);
    expect(await changes()).toBe(1);
    const [row] = await desk.db.select().from(operations).where(eq(operations.id, operation.id));
    expect(row).toMatchObject({ outcome: "succeeded" });
  });

  test("usage is not sent after its claim has ended", async () => {
    const id = await desk.buy();
    await desk.report(id, "104");
    await desk.pass(hourMs * 1.2);
    await sealUsage(desk.ctx);
    const before = await sentTo(/usageEvent$/i, "POST");
    const paused: Context = { ...desk.ctx, db: dbWith("execute", () => true, standStill(61_000)) };
    expect(await sendUsage(paused, { only: id })).toMatchObject({ count: 1 });
    expect(await sentTo(/usageEvent$/i, "POST")).toBe(before);
    vi.restoreAllMocks();
    await desk.pass(60_000);
    await desk.expireClaims();
    await desk.work();
    expect(await desk.acceptedOf(id)).toEqual({ storage: 400 });
  });

  test("usage of a refused batch is not sent one by one after the claim has ended", async () => {
    const ids = [await desk.buy(), await desk.buy(), await desk.buy()];
    for (const id of ids) await desk.report(id, "101");
    await desk.pass(hourMs * 1.2);
    await sealUsage(desk.ctx);
    const pause = standStill(61_000);
    const batches: number[] = [];
    const marketplace: Context["marketplace"] = {
      ...desk.ctx.marketplace,
      sendUsage: async (items) => {
        batches.push(items.length);
        if (items.length === 1) pause();
        throw new MarketplaceError("Microsoft cannot read it.", { ...noFacts, status: items.length === 1 ? 500 : 400 });
      },
    };
    await sendUsage({ ...desk.ctx, marketplace });
    expect(batches).toEqual([3, 1]);
    vi.restoreAllMocks();
    await desk.pass(120_000);
    await desk.expireClaims();
    await desk.work();
    for (const id of ids) expect(await desk.acceptedOf(id)).toEqual({ storage: 100 });
  });
});

describe("what a process that stood still has heard of Entra", () => {
  const person = { tenantId: randomUUID(), objectId: randomUUID() };
  const secret = "a secret of the tests, as long as secrets must be";
  const admin = { ...person, name: "Ada", email: "ada@contoso.example", roles: ["Marketdesk.Admin"] };

  async function recheckDuring(refresh: () => Promise<{ identity: typeof admin; grant: string }>) {
    const now = new Date();
    const staffOf = { ...person, name: "Ada", email: "ada@contoso.example", role: "viewer" as const };
    await upsertStaff(desk.db, staffOf, now);
    const entraGrant = await sealGrant(secret, "grant", now);
    const times = { createdAt: now, lastSeenAt: now, recheckAt: now, expiresAt: new Date(now.getTime() + hourMs) };
    await desk.db.insert(sessions).values({ ...staffOf, ...times, id: randomUUID(), kind: "staff", entraGrant });
    const lost: string[] = [];
    const recheck = createStaffRecheck({
      db: desk.db,
      entraApp: { refresh: refresh as never },
      secret,
      now: () => new Date(now.getTime() + 1_000),
      onAccessLost: async ({ objectId }) => void lost.push(objectId),
      log: quiet,
    });
    await recheck.checkDue();
    const rows = await desk.db.select().from(sessions).where(eq(sessions.objectId, person.objectId));
    await desk.db.delete(sessions).where(eq(sessions.objectId, person.objectId));
    return { lost, roles: rows.map(({ role }) => role) };
  }

  const answers: [string, () => Promise<{ identity: typeof admin; grant: string }>, object][] = [
    ["a role", async () => ({ identity: admin, grant: "next" }), { lost: [], roles: ["admin"] }],
    [
      "no role",
      async () => ({ identity: { ...admin, roles: [] }, grant: "next" }),
      { lost: [person.objectId], roles: ["viewer"] },
    ],
    ["a refusal", () => Promise.reject(new SignInRefused("another-person")), { lost: [], roles: [] }],
  ];

  test.each(answers)("%s counts only while it is current", async (_, answer, effect) => {
    expect(await recheckDuring(answer)).toEqual(effect);
    const pause = standStill(31_000);
    const late = () => answer().finally(pause);
    expect(await recheckDuring(late)).toEqual({ lost: [], roles: ["viewer"] });
  });
});

describe("what a process that stands still holds", () => {
  test("its locks end with its transaction, which its pool survives", async () => {
    const pool = createDatabase({ url: desk.ownerUrl, name: "paused", max: 1, ...longTimeouts, log: quiet });
    onTestFinished(() => pool.close());
    const what = randomUUID();
    const transaction = pool.db.transaction(async (tx) => {
      await tx.execute(sql`set local idle_in_transaction_session_timeout = '100ms'`);
      await lockExclusively(tx, what);
      await desk.db.transaction((other) => lockExclusively(other, what));
      await tx.execute(sql`select 1`);
    });
    await expect(transaction).rejects.toThrow();
    const read = await pool.db.execute(sql`select current_setting('idle_in_transaction_session_timeout') as limit`);
    expect(read.rows).toEqual([{ limit: "20s" }]);
  });

  test("the lock that proves its workers alive ends too, and returns with the process", async () => {
    const liveness = await openLiveness({ url: desk.ownerUrl, onLost: () => {}, maxSilenceMs: 400 });
    onTestFinished(() => liveness.close());
    const worker = randomUUID();
    await liveness.prove(worker);
    const holder = async () => {
      const { rows } = await desk.db.execute<{ pid: number }>(sql`
        select l.pid from pg_locks l where locktype = 'advisory' and granted
          and objid::bigint = (hashtext(${worker})::bigint & 4294967295)`);
      return rows[0]?.pid ?? null;
    };
    const first = await holder();
    expect(first).not.toBeNull();
    const startedAt = performance.now();
    await eventually(async () => performance.now() - startedAt > 1_200);
    expect(await holder()).toBe(first);
    // Blocks this process, and so its beats.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_200);
    const next = await eventually(async () => {
      const pid = await holder();
      return pid !== first && pid;
    });
    expect(next).not.toBeNull();
  });
});
