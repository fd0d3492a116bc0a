/** A05, A06, A10: changes that complete although others are slow, refuse or flood. */
import { setTimeout as sleep } from "node:timers/promises";
import { createBrowserSession } from "../../../sandbox/browser-session.ts";
import { repeatedly, underAbuse } from "../abuse.ts";
import { buyActive } from "../deliver-webhooks.ts";
import type { Fault } from "../fault.ts";
import { max, rounded, tally } from "../statistics.ts";
import { type Scene, waitUntil } from "../scene.ts";

/** Microsoft carries out a change without an answer after this time. */
const windowMs = 10_000;

async function statusOf(scene: Scene, id: string): Promise<string | null> {
  const [row] = await scene.query<{ status: string }>(`select status from subscriptions where id = $1`, [id]);
  return row?.status ?? null;
}

const lateAnswers: Fault = {
  id: "A05",
  title: "a rule rejects changes while Microsoft accepts no answer: 503 after 0.8 s",
  scene: { instances: 1 },
  async run(scene, { outcome }) {
    const ids = await Promise.all(Array.from({ length: 5 }, () => buyActive(scene)));
    await waitUntil(
      async () => (await scene.query(`select 1 from operations where stage <> 'settled'`)).length === 0,
      20_000,
    );
    const rule = await scene.staff.call("rules.set", {
      offerId: null,
      planId: null,
      allowedPlans: null,
      minQuantity: null,
      maxQuantity: 6,
      asksStaff: false,
      followsWider: false,
      seenVersion: 0,
      reason: "fault run",
    });
    await scene.control("faults", { target: "PATCH /api", status: 503, delayMs: 800 });
    await scene.control("calls", undefined, "DELETE");
    const askedAt = Date.now();
    await Promise.all(ids.map((id) => scene.control(`subscriptions/${id}/change-quantity`, { quantity: 20 })));
    await sleep(2 * windowMs);
    const { calls } = await scene.control<{ calls: { at: string; method: string }[] }>("calls?area=marketplace");
    const answers = calls.filter(({ method }) => method === "PATCH").map(({ at }) => Date.parse(at) - askedAt);
    await scene.control("faults", undefined, "DELETE");
    outcome.note(`5 changes of seats that the rule rejects, ${answers.length} answers tried`);
    outcome.figure("the last answer was sent after", `${rounded(max(answers) / 1_000, 2)} s`);
    outcome.must(rule.ok, `the rule could not be set: ${rule.message}`);
    outcome.must(answers.length > 0, "no answer was tried");
    outcome.must(
      max(answers) <= windowMs + 100,
      `an answer was sent ${rounded(max(answers) / 1_000, 2)} s after the change, and Microsoft waits 10 s`,
    );
  },
};

const contactStorm: Fault = {
  id: "A06",
  title: "the purchaser sends the contact form eight times per second while Microsoft ends the subscription",
  scene: { instances: 1 },
  async run(scene, { outcome, seconds }) {
    const id = await buyActive(scene, { purchaser: "ada" });
    await waitUntil(async () => (await statusOf(scene, id)) === "Subscribed", 20_000);
    const browser = createBrowserSession();
    const { landingUrl } = await scene.control<{ landingUrl: string }>(`subscriptions/${id}/token`, {});
    const begun = await browser.visit(`${scene.balancer.url}/auth/purchaser/sign-in?returnTo=/landing`);
    await browser.chooseAccount(begun, "ada");
    const shown = await browser.visit(landingUrl);
    const formToken = /name="formToken" value="([^"]+)"/.exec(shown.html)?.[1] ?? "";
    const cookie = [...browser.cookies(scene.balancer.url)].map(([name, value]) => `${name}=${value}`).join("; ");
    await scene.control("faults", { target: "GET /api", delayMs: 250 });
    const statuses: (number | null)[] = [];
    let followedMs: number | null = null;
    let refresh: number | null = null;
    await underAbuse(scene, outcome, Math.max(seconds, 15), async ({ signal }) => {
      const storm = repeatedly(signal, { lanes: 4, pauseMs: 400 }, async (count) => {
        const answer = await fetch(`${scene.balancer.url}/landing/activate`, {
          method: "POST",
          redirect: "manual",
          headers: { cookie, origin: scene.balancer.url, "content-type": "application/x-www-form-urlencoded" },
          body: new URLSearchParams({
            subscriptionId: id,
            formToken,
            name: `Ada ${count}`,
            email: "ada@example.com",
            company: "Contoso",
            phone: "",
          }),
        });
        statuses.push(answer.status);
      });
      await sleep(1_500);
      refresh = (await scene.staff.call("subscriptions.refresh", { subscriptionId: id })).status;
      const endedAt = performance.now();
      await scene.control(`subscriptions/${id}/unsubscribe`, {});
      const isFollowed = await waitUntil(async () => (await statusOf(scene, id)) === "Unsubscribed", 12_000);
      if (isFollowed) followedMs = performance.now() - endedAt;
      await storm;
    });
    outcome.note(`${statuses.length} contact forms: ${tally(statuses)}; Refresh: ${refresh}`);
    outcome.figure("the end was applied after", followedMs === null ? "never" : `${rounded(followedMs / 1_000, 1)} s`);
    outcome.must(statuses.includes(303), `the form could not be sent: ${tally(statuses)}`);
    outcome.must(followedMs !== null, "the end of the subscription was not applied while the form was sent");
    outcome.must(refresh === 200, `Refresh was answered ${refresh}`);
  },
};

const expired: Fault = {
  id: "A10",
  title: "the app's secret has expired: Entra issues no token, and the Marketplace answers 403",
  scene: { instances: 1 },
  check: { except: ["I3", "I5"] },
  async run(scene, { outcome }) {
    const id = await buyActive(scene);
    await waitUntil(async () => (await statusOf(scene, id)) === "Subscribed", 20_000);
    await scene.control("faults", {
      target: "POST ^/.*/token$",
      status: 401,
      body: {
        error: "invalid_client",
        error_description: "AADSTS7000222: The provided client secret keys for app are expired.",
        error_codes: [7_000_222],
      },
    });
    await scene.control("faults", { target: "* /api", status: 403, body: { error: { code: "Forbidden" } } });
    const since = performance.now();
    let reason = "";
    const isSeen = await waitUntil(
      async () => {
        const answer = await scene.staff.read("needs.list", {});
        reason = /"what":"(Microsoft refuses[^"]*)"/.exec(answer.message)?.[1] ?? "";
        return reason !== "";
      },
      60_000,
      500,
    );
    const seenMs = performance.now() - since;
    const post = await scene.post({ id: crypto.randomUUID(), subscriptionId: id, action: "Renew" });
    await scene.control("faults", undefined, "DELETE");
    const hasEnded = await waitUntil(
      async () => {
        const answer = await scene.staff.read("needs.list", {});
        return answer.ok && !answer.message.includes("Microsoft refuses");
      },
      90_000,
      500,
    );
    outcome.figure("staff saw it after", isSeen ? `${rounded(seenMs / 1_000)} s: ${reason}` : "never");
    outcome.must(isSeen, "staff did not see within a minute that Microsoft refuses the app's calls");
    outcome.must(post.status === 200, `a webhook was answered ${post.status}`);
    outcome.must(hasEnded, "the alarm did not end once Microsoft accepted calls again");
  },
};

export const purchaseAbuses = [lateAnswers, contactStorm, expired];
