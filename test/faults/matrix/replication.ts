/** F27: the primary dies, and its synchronous standby replaces it. */
import { setTimeout as sleep } from "node:timers/promises";
import { bodyOf, buyActive, inParallel } from "../deliver-webhooks.ts";
import type { Fault } from "../fault.ts";
import { rounded, tally } from "../statistics.ts";
import { openPostgres } from "../controlled-postgres.ts";
import { type Post, waitUntil } from "../scene.ts";

const failover: Fault = {
  id: "F27",
  title: "the primary is killed and its synchronous standby promoted",
  scene: { hasProxy: true },
  async postgres() {
    const opened = await openPostgres();
    await opened.addStandby();
    return opened;
  },
  async run(scene, { outcome, seconds }) {
    const { proxy, postgres } = scene;
    if (!proxy) throw new Error("there is no proxy");
    const bodies = await inParallel(Array.from({ length: 160 }), 8, async () => {
      const id = await buyActive(scene);
      const { operationId } = await scene.control<{ operationId: string }>(`subscriptions/${id}/renew`, {
        deliver: false,
      });
      return bodyOf(scene, operationId);
    });
    const posts: Promise<unknown>[] = [];
    const answered: Post[] = [];
    let hasStopped = false;
    const posting = (async () => {
      for (let index = 0; !hasStopped; index += 1) {
        posts.push(scene.post(bodies[index % bodies.length]).then((post) => answered.push(post)));
        await sleep(1_000 / 60);
      }
    })();
    await sleep(seconds * 200);
    await postgres.stop("kill");
    await sleep(500);
    const promotedAt = Date.now();
    proxy.lead(await postgres.promote());
    const serves = async ({ port }: { port: number }) =>
      (await fetch(`http://localhost:${port}/readyz`)).status === 200;
    const firstAccepted = () => answered.find(({ status, at, ms }) => status === 200 && at + ms > promotedAt);
    // Not `/readyz` alone: what it answered before the failover is valid for a second.
    const isServing = await waitUntil(
      async () => firstAccepted() !== undefined && (await Promise.all(scene.instances.map(serves))).every(Boolean),
      30_000,
    );
    const readyMs = Date.now() - promotedAt;
    await sleep(500);
    hasStopped = true;
    await posting;
    await Promise.all(posts);
    const acknowledged = answered.filter(({ status }) => status === 200);
    const stored = await scene.query<{ sha: string }>(`select body_sha256 as sha from webhook_deliveries`);
    const known = new Set(stored.map(({ sha }) => sha));
    const lost = acknowledged.filter(({ bodySha256 }) => !known.has(bodySha256));
    const first = firstAccepted();
    outcome.note(`${acknowledged.length} webhooks acknowledged around the failover`);
    outcome.figure("answers", tally(answered.map(({ status }) => status)));
    outcome.figure(
      "first 2xx after the promotion",
      first ? `${rounded((first.at + first.ms - promotedAt) / 1_000, 1)} s` : "none",
    );
    outcome.figure("ready after", `${rounded(readyMs / 1_000, 1)} s`);
    outcome.must(lost.length === 0, `${lost.length} acknowledged webhooks are lost`);
    outcome.must(
      isServing && readyMs <= 10_000,
      `ready ${rounded(readyMs / 1_000, 1)} s after the promotion, at most 10 s`,
    );
    outcome.must(first !== undefined, "no webhook was accepted after the promotion");
    outcome.must(
      answered.every(({ status }) => status === 200 || status === 503),
      `webhooks were answered ${tally(answered.map(({ status }) => status))}`,
    );
  },
};

export const replicationFaults = [failover];
