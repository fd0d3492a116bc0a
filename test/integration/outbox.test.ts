import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "drizzle-orm";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createEndpoint } from "../../server/commands/endpoints/create-endpoint.ts";
import { editEndpoint } from "../../server/commands/endpoints/edit-endpoint.ts";
import { pauseEndpoint } from "../../server/commands/endpoints/pause-endpoint.ts";
import { removeEndpoint } from "../../server/commands/endpoints/remove-endpoint.ts";
import { resumeEndpoint } from "../../server/commands/endpoints/resume-endpoint.ts";
import { rotateSecret } from "../../server/commands/endpoints/rotate-secret.ts";
import { testEndpoint } from "../../server/commands/endpoints/test-endpoint.ts";
import { resendMessage } from "../../server/commands/messages/resend-message.ts";
import { countResend, resendMessages } from "../../server/commands/messages/resend-messages.ts";
import { stopMessage, stopResending } from "../../server/commands/messages/stop-messages.ts";
import { listEndpoints } from "../../server/database/queries/endpoints.ts";
import { listMessages } from "../../server/database/queries/messages.ts";
import { readEvents, readFeed } from "../../server/database/queries/product.ts";
import { activity } from "../../server/database/schema/activity.ts";
import { endpoints } from "../../server/database/schema/endpoints.ts";
import { outboxAttempts, outboxLanes } from "../../server/database/schema/outbox.ts";
import { record } from "../../server/database/record/record.ts";
import { newId } from "../../server/database/statements/new-id.ts";
import { claimLanes } from "../../server/database/writes/outbox-claims.ts";
import { assignPositions } from "../../server/database/writes/event-positions.ts";
import { takeMoneyLock } from "../../server/database/writes/money.ts";
import { countDue, removeDue } from "../../server/database/writes/retention-sweep.ts";
import { changeAnswer } from "../../server/http/product-api/responses.ts";
import { eventually } from "../support/app.ts";
import { failFor, type Outbox, startOutbox, verified } from "../support/outbox.ts";
import { answer, cutConnection, silence } from "../support/scripted-server.ts";

let outbox: Outbox;
beforeEach(async () => {
  outbox = await startOutbox({ timeoutMs: 1_000 });
  await Promise.all(["one", "two", "three"].map((id) => outbox.addSubscription(id)));
});
afterEach(() => outbox?.stop());

const idsOf = (received: { id: string }[]) => received.map(({ id }) => id);
const hourAgo = () => new Date(Date.now() - 3_600_000).toISOString();

async function statesOf(endpointId: string): Promise<string[]> {
  return (await outbox.messages(endpointId)).map(({ state }) => state);
}

async function settled(endpointId: string, count: number, withinMs?: number): Promise<void> {
  await eventually(async () => {
    const states = await statesOf(endpointId);
    return states.length === count && !states.includes("waiting");
  }, withinMs);
}

describe("a message", () => {
  test("has the id and the body of the feed, and is verified by the published verifier", async () => {
    const endpoint = await outbox.addEndpoint();
    outbox.startSender();
    await outbox.emit([{ subscriptionId: "one" }]);
    await settled(endpoint.id, 1);
    const { events } = await readFeed(outbox.db, undefined, 10);
    expect(endpoint.received()).toEqual(events.map((event) => JSON.parse(JSON.stringify(changeAnswer(event)))));
    const [request] = endpoint.server.requests;
    expect(request).toMatchObject({ method: "POST", path: "/hooks" });
    expect(request?.headers["webhook-id"]).toBe(events[0]?.entry.id);
    expect(Math.abs(Number(request?.headers["webhook-timestamp"]) - Date.now() / 1_000)).toBeLessThan(10);
    expect(() => verified(`whsec_${Buffer.from("a secret of another one").toString("base64")}`, request!)).toThrow(
      "No matching signature",
    );
  });

  test("carries the subscription as it is when it is sent", async () => {
    const endpoint = await outbox.addEndpoint();
    await outbox.emit([{ subscriptionId: "one" }]);
    await outbox.db.execute(sql`update subscriptions set quantity = 9 where id = 'one'`);
    outbox.startSender();
    await settled(endpoint.id, 1);
    expect(endpoint.received()[0]).toMatchObject({ subscription: { quantity: 9 } });
  });

  test("of a change that is rolled back does not exist", async () => {
    const endpoint = await outbox.addEndpoint();
    outbox.startSender();
    await outbox.db
      .transaction(async (tx) => {
        await record(tx, { kind: "marketplace" }, new Date(), [
          { kind: "subscription.suspended", summary: "Suspended", subscriptionId: "one" },
        ]);
        throw new Error("rolled back");
      })
      .catch(() => {});
    const [id] = await outbox.emit([{ subscriptionId: "one" }]);
    await settled(endpoint.id, 1);
    expect(idsOf(endpoint.received())).toEqual([id]);
  });

  test("goes only to endpoints that chose its type and offer, and never to one that was created later", async () => {
    await outbox.addSubscription("other", { offerId: "sentry" });
    const before = await outbox.emit([{ subscriptionId: "one" }]);
    const all = await outbox.addEndpoint();
    const byType = await outbox.addEndpoint({ eventTypes: ["subscription.suspended"] });
    const byOffer = await outbox.addEndpoint({ offerIds: ["sentry"] });
    const [change] = await outbox.emit([{ subscriptionId: "one" }]);
    const [suspension] = await outbox.emit([{ subscriptionId: "one", kind: "subscription.suspended" }]);
    const [ofOffer] = await outbox.emit([{ subscriptionId: "other" }]);
    outbox.startSender();
    await settled(all.id, 3);
    await settled(byType.id, 1);
    await settled(byOffer.id, 1);
    expect(idsOf(byType.received())).toEqual([suspension]);
    expect(idsOf(byOffer.received())).toEqual([ofOffer]);
    expect(new Set(idsOf(all.received()))).toEqual(new Set([change, suspension, ofOffer]));
    expect(idsOf(all.received())).not.toContain(before[0]);
  });

  test("keeps its attempts without signature, secret and contact", async () => {
    const endpoint = await outbox.addEndpoint();
    await outbox.db.execute(
      sql`update subscriptions set contact_name = 'Grace Canary', contact_email = 'canary@example.com', contact_company = 'C', contact_phone = '',
        answers = '[{"id": "vat", "question": "VAT ID", "answer": "VAT Canary"}]' where id = 'one'`,
    );
    endpoint.server.script(answer(500, "broken \0 indeed ".repeat(400)));
    outbox.startSender();
    await outbox.emit([{ subscriptionId: "one" }]);
    await settled(endpoint.id, 1);
    for (const entered of ["canary@example.com", "VAT Canary"])
      expect(endpoint.server.requests[0]?.body).toContain(entered);
    const attempts = await outbox.db.select().from(outboxAttempts).orderBy(outboxAttempts.id);
    expect(attempts.map(({ outcome, status, problem }) => ({ outcome, status, problem }))).toEqual([
      { outcome: "failed", status: 500, problem: "HTTP 500" },
      { outcome: "delivered", status: 204, problem: null },
    ]);
    expect(attempts[0]?.answer).toHaveLength(2_001);
    const kept = JSON.stringify(attempts);
    expect(kept).toContain("webhook-id");
    for (const never of [endpoint.secret, "v1,", "canary@example.com", "Grace Canary", "VAT Canary"])
      expect(kept).not.toContain(never);
    const stored = JSON.stringify(await outbox.db.select().from(endpoints));
    expect(stored).not.toContain(endpoint.secret.slice("whsec_".length));
  });
});

describe("order", () => {
  test("a later message waits until the earlier one of its subscription is delivered; others do not wait", async () => {
    const endpoint = await outbox.addEndpoint();
    endpoint.server.always(failFor("one"));
    const ones = await outbox.emit([{ subscriptionId: "one" }, { subscriptionId: "one" }, { subscriptionId: "one" }]);
    const twos = await outbox.emit([{ subscriptionId: "two" }, { subscriptionId: "two" }]);
    outbox.startSender();
    await eventually(
      async () => endpoint.received().filter(({ subscriptionId }) => subscriptionId === "two").length === 2,
    );
    await eventually(async () => endpoint.received().filter(({ id }) => id === ones[0]).length >= 2);
    expect(idsOf(endpoint.received().filter(({ subscriptionId }) => subscriptionId === "two"))).toEqual(twos);
    const attempted = endpoint.received().filter(({ subscriptionId }) => subscriptionId === "one");
    expect(new Set(idsOf(attempted))).toEqual(new Set([ones[0]]));
    endpoint.server.always(answer(200));
    await settled(endpoint.id, 5);
    const delivered = idsOf(endpoint.received().filter(({ subscriptionId }) => subscriptionId === "one"));
    expect(delivered.filter((id, index) => delivered.indexOf(id) === index)).toEqual(ones);
  });

  test("is that of the commits of a subscription, also when an instance's clock is behind", async () => {
    const endpoint = await outbox.addEndpoint();
    const late = new Date(Date.now() - 60 * 60_000);
    const [first] = await outbox.emit([{ subscriptionId: "one" }]);
    const second = newId(late);
    await outbox.db.transaction((tx) =>
      record(tx, { kind: "marketplace" }, late, [
        { id: second, kind: "subscription.suspended", summary: "Suspended", subscriptionId: "one" },
      ]),
    );
    expect(second < first!).toBe(true);
    outbox.startSender();
    await settled(endpoint.id, 2);
    expect(idsOf(endpoint.received())).toEqual([first, second]);
  });

  test("holds with two senders and an endpoint that fails at random, with nothing lost", async () => {
    const endpoint = await outbox.addEndpoint();
    let count = 0;
    endpoint.server.always((request, response) => {
      count += 1;
      if (count % 7 === 0) return cutConnection(request, response);
      return answer(count % 5 === 0 ? 503 : 200)(request, response);
    });
    const delivered: string[] = [];
    const ids = ["one", "two", "three"];
    outbox.startSender();
    outbox.startSender();
    const emitted: Record<string, string[]> = { one: [], two: [], three: [] };
    for (let round = 0; round < 12; round += 1) {
      for (const subscriptionId of ids) emitted[subscriptionId]?.push(...(await outbox.emit([{ subscriptionId }])));
    }
    await eventually(
      async () => (await statesOf(endpoint.id)).filter((state) => state === "delivered").length === 36,
      40_000,
    );
    for (const subscriptionId of ids) {
      const seen = idsOf(endpoint.received().filter((change) => change.subscriptionId === subscriptionId));
      expect(seen.filter((id, index) => seen.indexOf(id) === index)).toEqual(emitted[subscriptionId]);
      delivered.push(...seen);
    }
    expect(new Set(delivered).size).toBe(36);
  });
});

describe("a receiver that fails", () => {
  test("delays no other, whether it hangs, refuses or redirects", async () => {
    const [hangs, redirects, well] = [
      await outbox.addEndpoint(),
      await outbox.addEndpoint(),
      await outbox.addEndpoint(),
    ];
    hangs.server.always(silence);
    redirects.server.always(answer(302, "", { location: `${well.server.url}/stolen` }));
    const subscriptions = Array.from({ length: 40 }, (_, index) => `many-${index}`);
    for (const id of subscriptions) await outbox.addSubscription(id);
    outbox.startSender();
    const startedAt = performance.now();
    await outbox.emit(subscriptions.map((subscriptionId) => ({ subscriptionId })));
    await settled(well.id, 40);
    expect(performance.now() - startedAt).toBeLessThan(10_000);
    expect(well.server.requests.every(({ path }) => path === "/hooks")).toBe(true);
    const problems = await eventually(async () => {
      const found = [...(await outbox.messages(hangs.id)), ...(await outbox.messages(redirects.id))];
      const words = new Set(found.map(({ problem }) => problem));
      return (
        words.has("HTTP 302: redirects are not followed") && words.has("There was no answer within 1 seconds.") && words
      );
    });
    expect(problems).toBeTruthy();
    expect(await statesOf(hangs.id)).toEqual(Array.from({ length: 40 }, () => "waiting"));
  });

  test("is probed with one message at a time, and gets all others when it is back", async () => {
    const endpoint = await outbox.addEndpoint();
    endpoint.server.always(answer(500));
    const subscriptions = Array.from({ length: 30 }, (_, index) => `many-${index}`);
    for (const id of subscriptions) await outbox.addSubscription(id);
    // The longest pauses: without the recovery, messages would wait for seconds.
    outbox.startSender({ random: () => 0.99 });
    await outbox.emit(subscriptions.map((subscriptionId) => ({ subscriptionId })));
    await eventually(async () => ((await outbox.receiver(endpoint.id))?.failing_lanes ?? 0) >= 5);
    const before = endpoint.server.requests.length;
    expect(before).toBeLessThan(30);
    // Postponed before the endpoint is back: a delivery in between would end the probing, and nothing would make them due.
    await outbox.db.execute(sql`update outbox_lanes set due_at = now() + interval '1 hour'`);
    endpoint.server.always(answer(200));
    await outbox.db.execute(sql`update outbox_receivers set waits_until = now()`);
    await settled(endpoint.id, 30);
    expect(await outbox.receiver(endpoint.id)).toMatchObject({
      failing_lanes: 0,
      failing_since: null,
      waits_until: null,
    });
  });

  test("and recovers while its probe is claimed does not wait for that probe", async () => {
    const endpoint = await outbox.addEndpoint();
    await outbox.emit([{ subscriptionId: "one" }]);
    await assignPositions(outbox.db, { isAll: true });
    await outbox.db.execute(sql`update outbox_receivers set failing_lanes = 5, failing_since = now()`);
    const claimProbe = () => claimLanes(outbox.db, { claim: crypto.randomUUID(), slots: 8, inFlight: {} });
    const waiting = await outbox.db.transaction(async (recovering) => {
      await recovering.execute(sql`update outbox_receivers set failing_lanes = 0, failing_since = null`);
      const claimed = claimProbe();
      await eventually(async () => {
        const { rows } = await recovering.execute<{ blocked: number }>(sql`
          select count(*)::int as blocked from pg_stat_activity
          where datname = current_database() and wait_event_type = 'Lock'`);
        return rows[0]?.blocked === 1;
      });
      return { claimed };
    });
    expect(await waiting.claimed).toHaveLength(1);
    expect(await outbox.receiver(endpoint.id)).toMatchObject({ failing_lanes: 0, waits_until: null });
  });

  test("for an hour of changes catches up with each once and in order", async () => {
    const endpoint = await outbox.addEndpoint();
    endpoint.server.always(answer(503));
    const subscriptions = Array.from({ length: 6 }, (_, index) => `hour-${index}`);
    for (const id of subscriptions) await outbox.addSubscription(id);
    const sender = outbox.startSender({ random: () => 0.99 });
    const minutes = (count: number) => sql.raw(`interval '${count} minutes'`);
    const pass = async (span: ReturnType<typeof minutes>) => {
      await outbox.db.execute(sql`
        update outbox_receivers set failing_since = failing_since - ${span}, waits_until = waits_until - ${span}`);
      await outbox.db.execute(sql`update outbox_messages set first_attempt_at = first_attempt_at - ${span}`);
      await outbox.db.execute(sql`update outbox_lanes set due_at = due_at - ${span}`);
      sender.wake();
    };
    const ids: string[] = [];
    for (let step = 0; step < 6; step += 1) {
      const before = endpoint.server.requests.length;
      ids.push(...(await outbox.emit(subscriptions.map((subscriptionId) => ({ subscriptionId })))));
      // A result that is stored after the time has passed sets the next pause, so time passes until there is an attempt.
      await eventually(async () => {
        await pass(minutes(10));
        await sleep(250);
        return endpoint.server.requests.length > before;
      });
    }
    expect(await outbox.receiver(endpoint.id)).toMatchObject({ state: "active" });
    const refused = endpoint.server.requests.length;
    endpoint.server.always(answer(204));
    await eventually(async () => {
      await pass(minutes(10));
      await sleep(250);
      return (await statesOf(endpoint.id)).every((state) => state === "delivered");
    });
    const received = endpoint.received().slice(refused);
    expect(idsOf(received).toSorted()).toEqual(ids.toSorted());
    for (const id of subscriptions) {
      const own = idsOf(received.filter(({ subscriptionId }) => subscriptionId === id));
      expect(own).toEqual(own.toSorted());
    }
  });

  test("gets nothing until that time, even if other messages are delivered", async () => {
    const endpoint = await outbox.addEndpoint();
    endpoint.server.script(answer(429, "", { "retry-after": "600" }));
    endpoint.server.always(answer(204));
    outbox.startSender();
    await outbox.emit([{ subscriptionId: "one" }, { subscriptionId: "two" }, { subscriptionId: "three" }]);
    await eventually(async () => (await statesOf(endpoint.id)).filter((state) => state === "delivered").length === 2);
    const isRefused = ({ state, attempts }: { state: string; attempts: number }) =>
      state === "waiting" && attempts === 1;
    await eventually(async () => (await outbox.messages(endpoint.id)).some(isRefused));
    expect((await outbox.receiver(endpoint.id))?.waits_until).not.toBeNull();
  });

  test("gets nothing until the time that Retry-After names, in seconds or as a date", async () => {
    const endpoint = await outbox.addEndpoint();
    endpoint.server.script(answer(429, "", { "retry-after": "2" }));
    const sender = outbox.startSender();
    await outbox.emit([{ subscriptionId: "one" }]);
    await eventually(async () => (await outbox.receiver(endpoint.id))?.waits_until);
    await outbox.emit([{ subscriptionId: "two" }]);
    sender.wake();
    await settled(endpoint.id, 2);
    const [first, second] = endpoint.server.requests;
    expect(second!.at - first!.at).toBeGreaterThan(1_800);
    endpoint.server.script((request, response) =>
      answer(503, "", { "retry-after": new Date(Date.now() + 3_000).toUTCString() })(request, response),
    );
    await outbox.emit([{ subscriptionId: "three" }]);
    await settled(endpoint.id, 3);
    const [third, fourth] = endpoint.server.requests.slice(3);
    expect(fourth!.at - third!.at).toBeGreaterThan(1_500);
  });

  test("shows the next attempt only while it is active, and not before the time that it asked for", async () => {
    const endpoint = await outbox.addEndpoint();
    await outbox.emit([{ subscriptionId: "one" }]);
    await assignPositions(outbox.db, { isAll: true });
    const shown = async () => {
      const { rows } = await listMessages(outbox.db, { receiver: endpoint.id });
      const found = (await listEndpoints(outbox.db)).find(({ id }) => id === endpoint.id);
      return [rows[0]?.dueAt, found?.nextAttemptAt];
    };
    const set = (due: string, waits: string) =>
      outbox.db.execute(
        sql`with lanes as (update outbox_lanes set due_at = ${due}::timestamptz) update outbox_receivers set waits_until = ${waits}::timestamptz where id = ${endpoint.id}`,
      );
    const earlier = hourAgo();
    const soon = new Date(Date.now() + 3_600_000).toISOString();
    const later = new Date(Date.now() + 7_200_000).toISOString();
    await set(earlier, soon);
    expect(await shown()).toEqual([soon, soon]);
    await set(later, soon);
    expect(await shown()).toEqual([later, soon]);
    await set(soon, earlier);
    expect(await shown()).toEqual([soon, null]);
    await set(earlier, soon);
    await pauseEndpoint(outbox.ctx, { id: endpoint.id, reason: "Maintenance" });
    expect(await shown()).toEqual([null, null]);
  });

  test("with 410 is disabled immediately: staff see why, and new events are not addressed to it", async () => {
    const endpoint = await outbox.addEndpoint();
    endpoint.server.always(answer(410));
    outbox.startSender();
    await outbox.emit([{ subscriptionId: "one" }]);
    await eventually(async () => (await outbox.receiver(endpoint.id))?.state === "disabled");
    expect(await outbox.receiver(endpoint.id)).toMatchObject({ state_reason: "gone" });
    await outbox.emit([{ subscriptionId: "two" }]);
    await assignPositions(outbox.db, { isAll: true });
    expect(await outbox.messages(endpoint.id)).toHaveLength(1);
    expect(endpoint.server.requests).toHaveLength(1);
    const entries = await outbox.db
      .select()
      .from(activity)
      .where(sql`kind = 'endpoint.disabled'`);
    expect(entries.map(({ summary }) => summary)).toEqual(["Endpoint “Product 1” disabled: it answered 410 Gone"]);
  });

  test("for three days is paused, keeps its messages, and continues in order after a successful test", async () => {
    const endpoint = await outbox.addEndpoint();
    endpoint.server.always(answer(500));
    const sender = outbox.startSender();
    const ids = await outbox.emit([{ subscriptionId: "one" }, { subscriptionId: "one" }]);
    await eventually(async () => (await outbox.messages(endpoint.id))[0]?.attempts || null);
    await outbox.db.execute(sql`update outbox_receivers set failing_since = now() - interval '3 days'`);
    await outbox.db.execute(
      sql`update outbox_messages set first_attempt_at = now() - interval '3 days' where attempts > 0`,
    );
    await eventually(async () => (await outbox.receiver(endpoint.id))?.state === "paused");
    expect(await outbox.receiver(endpoint.id)).toMatchObject({ state_reason: "failing" });
    ids.push(...(await outbox.emit([{ subscriptionId: "one" }])));
    const failed = await resumeEndpoint(outbox.ctx, { ...outbox.tools, wake: sender.wake }, { id: endpoint.id });
    expect(failed).toMatchObject({ isDelivered: false, problem: "HTTP 500" });
    expect(await outbox.receiver(endpoint.id)).toMatchObject({ state: "paused" });
    endpoint.server.always(answer(200));
    const seen = endpoint.server.requests.length;
    const resumed = await resumeEndpoint(outbox.ctx, { ...outbox.tools, wake: sender.wake }, { id: endpoint.id });
    expect(resumed).toMatchObject({ isDelivered: true, status: 200 });
    await eventually(async () => (await statesOf(endpoint.id)).filter((state) => state === "delivered").length === 4);
    const [tested, ...others] = endpoint.received().slice(seen);
    expect(tested).toMatchObject({ type: "endpoint.test", subscription: null });
    expect(idsOf(others)).toEqual(ids);
  });

  test("for one message alone gives up only that message after three days", async () => {
    const endpoint = await outbox.addEndpoint();
    endpoint.server.always(failFor("one", 400));
    const sender = outbox.startSender();
    await outbox.emit([{ subscriptionId: "one" }]);
    const [first] = await eventually(async () => {
      const found = await outbox.messages(endpoint.id);
      return found[0]?.attempts ? found : null;
    });
    await outbox.db.execute(
      sql`update outbox_messages set first_attempt_at = now() - interval '3 days' where id = ${first!.id}`,
    );
    await outbox.emit([{ subscriptionId: "two" }]);
    sender.wake();
    // A busy machine can begin another attempt before this one counts as three days old.
    await settled(endpoint.id, 2, 120_000);
    expect(await statesOf(endpoint.id)).toEqual(["failed", "delivered"]);
    expect(await outbox.receiver(endpoint.id)).toMatchObject({ state: "active" });
  });

  test("at an address that became private is refused at the attempt, with the reason", async () => {
    const endpoint = await outbox.addEndpoint();
    await outbox.db.update(endpoints).set({ address: "https://169.254.169.254/latest" });
    outbox.startSender();
    await outbox.emit([{ subscriptionId: "one" }]);
    const [attempt] = await eventually(async () => {
      const found = await outbox.db.select().from(outboxAttempts);
      return found.length > 0 && found;
    });
    expect(attempt).toMatchObject({
      outcome: "refused",
      status: null,
      problem:
        "The address 169.254.169.254 belongs to the local link, where metadata services are, so it is not called.",
    });
    expect(endpoint.server.requests).toHaveLength(0);
  });
});

describe("senders", () => {
  test("a message whose sender was killed is sent again by another one with the same id, once its claim ends", async () => {
    const endpoint = await outbox.addEndpoint();
    const [id] = await outbox.emit([{ subscriptionId: "one" }]);
    await assignPositions(outbox.db, { isAll: false });
    // What a sender does before it is killed.
    const claimed = await claimLanes(outbox.db, { claim: crypto.randomUUID(), slots: 8, inFlight: {} });
    expect(claimed.map(({ message }) => message?.messageId)).toEqual([id]);
    const claimEndsInMs = (claimed[0]?.message?.claimEndsAt ?? 0) - performance.now();
    expect(claimEndsInMs > 0 && claimEndsInMs <= 30_000).toBe(true);
    outbox.startSender();
    const [other] = await outbox.emit([{ subscriptionId: "two" }]);
    await eventually(async () => (await statesOf(endpoint.id)).includes("delivered"));
    expect(idsOf(endpoint.received())).toEqual([other]);
    await outbox.db.execute(sql`update outbox_lanes set claimed_until = now()`);
    await settled(endpoint.id, 2);
    expect(idsOf(endpoint.received())).toEqual([other, id]);
    expect(await outbox.db.$count(outboxLanes)).toBe(0);
  });

  test.each([
    ["an error", 500, "0 days"],
    ["410", 410, "0 days"],
    ["an error after three days of them", 500, "3 days"],
  ])("a sender that lost its claim changes nothing but what it delivered: %s", async (_, status, failingFor) => {
    const endpoint = await outbox.addEndpoint();
    if (failingFor !== "0 days")
      await outbox.db.execute(
        sql`update outbox_receivers set failing_since = now() - ${failingFor}::interval, failing_lanes = 1`,
      );
    let release = (): void => {};
    endpoint.server.script((request, response) => {
      release = () => answer(status)(request, response);
    });
    outbox.startSender();
    const [id] = await outbox.emit([{ subscriptionId: "one" }]);
    await eventually(async () => endpoint.server.requests.length === 1);
    const { rows } = await outbox.db.execute(
      sql`update outbox_lanes set claimed_until = now() - interval '1 second' returning claimed_by`,
    );
    expect(rows).toHaveLength(1);
    outbox.startSender();
    await eventually(async () => (await statesOf(endpoint.id))[0] === "delivered");
    release();
    await eventually(async () => (await outbox.db.$count(outboxAttempts)) === 2);
    expect(await statesOf(endpoint.id)).toEqual(["delivered"]);
    expect(idsOf(endpoint.received())).toEqual([id, id]);
    expect(await outbox.receiver(endpoint.id)).toMatchObject({
      state: "active",
      failing_since: null,
      failing_lanes: 0,
    });
  });

  test("two never send the same message at the same time", async () => {
    const endpoint = await outbox.addEndpoint();
    for (let index = 0; index < 60; index += 1) await outbox.addSubscription(`many-${index}`);
    await outbox.emit(Array.from({ length: 60 }, (_, index) => ({ subscriptionId: `many-${index}` })));
    outbox.startSender();
    outbox.startSender();
    await settled(endpoint.id, 60);
    expect(endpoint.server.requests).toHaveLength(60);
  });

  test("stopping lets attempts end and leaves nothing claimed", async () => {
    const endpoint = await outbox.addEndpoint();
    endpoint.server.always((request, response) => void setTimeout(() => answer(200)(request, response), 300));
    const sender = outbox.startSender();
    await outbox.emit([{ subscriptionId: "one" }, { subscriptionId: "two" }]);
    await eventually(async () => endpoint.server.requests.length === 2);
    await sender.stop();
    expect(await statesOf(endpoint.id)).toEqual(["delivered", "delivered"]);
    expect(await outbox.db.$count(outboxLanes)).toBe(0);
  });

  test("a message that is added while the last one of its lane ends is not left behind", async () => {
    const endpoint = await outbox.addEndpoint();
    outbox.startSender();
    const ids: string[] = [];
    for (let round = 0; round < 60; round += 1) ids.push(...(await outbox.emit([{ subscriptionId: "one" }])));
    await settled(endpoint.id, 60, 30_000);
    expect(idsOf(endpoint.received())).toEqual(ids);
    expect(await outbox.db.$count(outboxLanes)).toBe(0);
  });
});

describe("secrets", () => {
  test("both sign until the chosen time, then only the new one", async () => {
    const endpoint = await outbox.addEndpoint();
    const sender = outbox.startSender();
    const { secret } = await rotateSecret(outbox.ctx, outbox.tools, { id: endpoint.id, overlapHours: 24 });
    expect(secret).not.toBe(endpoint.secret);
    await outbox.emit([{ subscriptionId: "one" }]);
    await settled(endpoint.id, 1);
    const [during] = endpoint.server.requests;
    for (const one of [secret, endpoint.secret])
      expect(verified(one, during!)).toMatchObject({ subscriptionId: "one" });
    await outbox.db.update(endpoints).set({ previousSecretEndsAt: new Date(Date.now() - 1) });
    await outbox.emit([{ subscriptionId: "one" }]);
    sender.wake();
    await settled(endpoint.id, 2);
    const [, after] = endpoint.server.requests;
    expect(verified(secret, after!)).toMatchObject({ subscriptionId: "one" });
    expect(() => verified(endpoint.secret, after!)).toThrow("No matching signature");
  });
});

describe("staff", () => {
  test("pause an endpoint, and its messages are kept", async () => {
    const endpoint = await outbox.addEndpoint();
    const sender = outbox.startSender();
    await pauseEndpoint(outbox.ctx, { id: endpoint.id, reason: "Maintenance" });
    await outbox.emit([{ subscriptionId: "one" }]);
    sender.wake();
    await eventually(async () => (await statesOf(endpoint.id)).length === 1);
    expect(endpoint.server.requests).toHaveLength(0);
    await resumeEndpoint(outbox.ctx, { ...outbox.tools, wake: sender.wake }, { id: endpoint.id });
    await settled(endpoint.id, 2);
    await expect(resumeEndpoint(outbox.ctx, outbox.tools, { id: endpoint.id })).rejects.toThrow("is active");
  });

  test("send a message again with the same id, and before later ones of its subscription", async () => {
    const endpoint = await outbox.addEndpoint();
    const sender = outbox.startSender();
    const ids = await outbox.emit([{ subscriptionId: "one" }]);
    await settled(endpoint.id, 1);
    endpoint.server.always(failFor("one"));
    ids.push(...(await outbox.emit([{ subscriptionId: "one" }])));
    sender.wake();
    await eventually(async () => (await outbox.messages(endpoint.id))[1]?.attempts || null);
    const [first] = await outbox.messages(endpoint.id);
    await resendMessage(outbox.ctx, sender, { id: Number(first!.id) });
    endpoint.server.always(answer(200));
    await settled(endpoint.id, 2);
    const last = endpoint.received().slice(-2);
    expect(idsOf(last)).toEqual(ids);
    await expect(resendMessage(outbox.ctx, sender, { id: 999_999 })).rejects.toThrow("no message with this ID");
  });

  test("stop a message, and later ones of its subscription are sent", async () => {
    const endpoint = await outbox.addEndpoint();
    endpoint.server.script(answer(500));
    const sender = outbox.startSender({ random: () => 0.999 });
    const [, second] = await outbox.emit([{ subscriptionId: "one" }, { subscriptionId: "one" }]);
    const [first] = await eventually(async () => {
      const found = await outbox.messages(endpoint.id);
      return found[0]?.attempts ? found : null;
    });
    // As after a long time of attempts: the next message does not wait for the pause of the one before.
    await outbox.db.update(outboxLanes).set({ dueAt: sql`now() + interval '1 hour'` });
    await stopMessage(outbox.ctx, { wake: sender.wake }, { id: Number(first!.id) });
    await eventually(async () => (await statesOf(endpoint.id))[1] === "delivered");
    expect(await statesOf(endpoint.id)).toEqual(["stopped", "delivered"]);
    expect(endpoint.received().at(-1)?.id).toBe(second);
    await expect(stopMessage(outbox.ctx, outbox.tools, { id: Number(first!.id) })).rejects.toThrow(
      "is no longer waiting",
    );
  });

  test("send all that failed again, as many as were counted, and stop what is left", async () => {
    const endpoint = await outbox.addEndpoint();
    await outbox.emit([{ subscriptionId: "one" }, { subscriptionId: "two" }, { subscriptionId: "three" }]);
    await assignPositions(outbox.db, { isAll: true });
    await outbox.db.execute(sql`update outbox_messages set state = 'failed', ended_at = now()`);
    await outbox.db.delete(outboxLanes);
    const resend = { endpointId: endpoint.id, kind: "failed" as const, since: hourAgo() };
    expect(await countResend(outbox.ctx, resend)).toEqual({ count: 3 });
    await expect(resendMessages(outbox.ctx, outbox.tools, { ...resend, maxCount: 2 })).rejects.toThrow("count again");
    expect(await statesOf(endpoint.id)).toEqual(["failed", "failed", "failed"]);
    expect(await resendMessages(outbox.ctx, outbox.tools, { ...resend, maxCount: 3 })).toEqual({ count: 3 });
    expect(await stopResending(outbox.ctx, outbox.tools, { id: endpoint.id })).toEqual({ count: 3 });
    expect(await countResend(outbox.ctx, resend)).toEqual({ count: 3 });
    await resendMessages(outbox.ctx, outbox.tools, { ...resend, maxCount: 3 });
    outbox.startSender();
    await settled(endpoint.id, 3);
    expect(await countResend(outbox.ctx, resend)).toEqual({ count: 0 });
    await expect(resendMessages(outbox.ctx, outbox.tools, { ...resend, maxCount: 1 })).rejects.toThrow("nothing left");
  });

  test("send what an endpoint never got, in the order of the feed", async () => {
    const before = await outbox.emit([{ subscriptionId: "one" }, { subscriptionId: "one" }]);
    const endpoint = await outbox.addEndpoint();
    outbox.startSender();
    await outbox.emit([{ subscriptionId: "two" }]);
    await settled(endpoint.id, 1);
    const resend = { endpointId: endpoint.id, kind: "missing" as const, since: hourAgo() };
    expect(await countResend(outbox.ctx, resend)).toEqual({ count: 2 });
    expect(await resendMessages(outbox.ctx, outbox.tools, { ...resend, maxCount: 2 })).toEqual({ count: 2 });
    await settled(endpoint.id, 3);
    expect(idsOf(endpoint.received()).slice(1)).toEqual(before);
    expect(await countResend(outbox.ctx, resend)).toEqual({ count: 0 });
    const old = new Date(Date.now() - 91 * 24 * 3_600_000).toISOString();
    await expect(countResend(outbox.ctx, { ...resend, since: old })).rejects.toThrow("kept for 90 days");
  });

  test("remove an endpoint: what waits is stopped and its secret is gone", async () => {
    const endpoint = await outbox.addEndpoint();
    await pauseEndpoint(outbox.ctx, { id: endpoint.id, reason: "Going away" });
    await outbox.emit([{ subscriptionId: "one" }]);
    await assignPositions(outbox.db, { isAll: true });
    await removeEndpoint(outbox.ctx, { id: endpoint.id, reason: "No longer used" });
    expect(await statesOf(endpoint.id)).toEqual(["stopped"]);
    const [row] = await outbox.db.select().from(endpoints);
    expect(row).toMatchObject({ secret: null, previousSecret: null });
    await expect(testEndpoint(outbox.ctx, outbox.tools, { id: endpoint.id })).rejects.toThrow("no endpoint");
    // Its name is free again.
    await outbox.addEndpoint({ name: "Product 1" });
  });

  test("are refused an address that may not be called, with the reason at the field", async () => {
    const input = { name: "Inside", eventTypes: null, offerIds: null };
    for (const address of [
      "https://10.0.0.1/x",
      "http://example.com/x",
      "https://metadata.internal/",
      "ftp://example.com",
      "x",
    ]) {
      const refused = createEndpoint(outbox.ctx, outbox.tools, { ...input, address });
      await expect(refused, address).rejects.toMatchObject({
        code: "Invalid",
        fields: { address: [expect.any(String)] },
      });
    }
    const endpoint = await outbox.addEndpoint();
    const edit = { ...input, id: endpoint.id, address: "https://[::1]/", seenVersion: "" };
    await expect(editEndpoint(outbox.ctx, outbox.tools, edit)).rejects.toThrow("this machine");
  });
});

test("an endpoint that a colleague has edited since is not replaced, and the refusal says who edited it", async () => {
  const { id } = await outbox.addEndpoint();
  const [shown] = await listEndpoints(outbox.db);
  const { name, address, eventTypes, offerIds, version: seenVersion } = shown!;
  const other = { ...outbox.ctx, actor: { kind: "staff", id: "tenant:bo", name: "Bo", role: "admin" } as const };
  const edit = { id, name, address, eventTypes, offerIds, seenVersion };
  await editEndpoint(other, outbox.tools, { ...edit, eventTypes: ["subscription.activated"] });
  await expect(editEndpoint(outbox.ctx, outbox.tools, { ...edit, name: "Mine" })).rejects.toMatchObject({
    code: "Conflict",
    message: expect.stringMatching(/^Bo has changed this endpoint on /),
  });
  const [now] = await listEndpoints(outbox.db);
  expect(now).toMatchObject({ name, eventTypes: ["subscription.activated"], changed: { byName: "Bo" } });
  await editEndpoint(outbox.ctx, outbox.tools, { ...edit, name: "Mine", seenVersion: now!.version });
});

test("an event whose subscription is gone is sent without it", async () => {
  const endpoint = await outbox.addEndpoint();
  const [id] = await outbox.emit([{ subscriptionId: "never-seen" }]);
  outbox.startSender();
  await settled(endpoint.id, 1);
  expect(endpoint.received()).toMatchObject([{ id, subscription: null }]);
  expect(await readEvents(outbox.db, [id!])).toHaveLength(1);
});

test("messages past their retention are deleted with their attempts, unless they wait", async () => {
  const endpoint = await outbox.addEndpoint();
  const { stop } = outbox.startSender();
  const [oldId, recentId] = await outbox.emit([{ subscriptionId: "one" }, { subscriptionId: "two" }]);
  await settled(endpoint.id, 2);
  await stop();
  const [waitingId] = await outbox.emit([{ subscriptionId: "three" }]);
  await assignPositions(outbox.db, { isAll: true });
  await outbox.db.execute(sql`update outbox_messages set created_at = now() - interval '91 days'
    where message_id in (${oldId}, ${waitingId})`);
  const cutoff = new Date(Date.now() - 90 * 24 * 3_600_000);
  expect(await countDue(outbox.db, "messages", cutoff, 10)).toEqual({ count: 1, isMore: false });
  expect(await removeDue(outbox.db, "messages", cutoff, async () => {})).toEqual({ count: 1, isMore: false });
  expect((await outbox.messages(endpoint.id)).map((message) => message.message_id)).toEqual([recentId, waitingId]);
  expect(await outbox.db.select().from(outboxAttempts)).toMatchObject([{ outcome: "delivered" }]);
});

test("events get their positions, and are sent, while money is counted or repaired", async () => {
  const endpoint = await outbox.addEndpoint();
  outbox.startSender();
  const feed = await outbox.db.transaction(async (counting) => {
    expect(await takeMoneyLock(counting)).toBe(true);
    await outbox.emit([{ subscriptionId: "one" }]);
    await settled(endpoint.id, 1);
    return readFeed(outbox.db, undefined, 10);
  });
  expect(feed.events).toHaveLength(1);
});
