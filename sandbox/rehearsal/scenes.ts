/** The scenes of a rehearsal: what happens to a subscription, and what the publisher's product must make of it. */
import { randomBytes, randomUUID } from "node:crypto";
import type { Subscription } from "../../clients/typescript/src/client.ts";
import { eventOf, Missed, type Stage } from "./stage.ts";

export type Scene = {
  name: string;
  /** It touches what all scenes share, so it runs alone. */
  isAlone?: boolean;
  needsDesk?: boolean;
  run(stage: Stage): Promise<void>;
};

const reason = "Rehearsal";

/** A purchase that the product has provisioned. */
async function provisioned(stage: Stage, input: object = {}): Promise<string> {
  const id = await stage.buy(input);
  await stage.confirms(id, { access: "full" });
  return id;
}

const customer = (stage: Stage, id: string, act: string, body: object = {}) =>
  stage.microsoft(`subscriptions/${id}/${act}`, body);

function accepts(status: number | null, what: string): void {
  if (status !== null && status >= 200 && status < 300) return;
  throw new Missed(`Your endpoint should answer 2xx to ${what}. It answered ${status ?? "nothing"}.`);
}

function refuses(status: number | null, what: string): void {
  if (status !== null && status >= 400 && status < 500) return;
  throw new Missed(`Your endpoint should refuse ${what} with 4xx. It answered ${status ?? "nothing"}.`);
}

/** An event that says that the subscription has ended, which is not true. */
const ending = (subscription: Subscription): Subscription => ({
  ...subscription,
  status: "Unsubscribed",
  access: "ended",
  version: subscription.version + 1_000,
});

const life: Scene[] = [
  {
    name: "A purchase with seats",
    run: async (stage) =>
      void (await stage.confirms(await stage.buy(), { planId: "team", quantity: 5, access: "full" })),
  },
  {
    name: "A purchase of a flat-rate plan",
    async run(stage) {
      const id = await stage.buy({ offerId: "vault", planId: "plus", quantity: undefined });
      await stage.confirms(id, { planId: "plus", access: "full" });
    },
  },
  {
    name: "A purchase that stays pending gets no access",
    async run(stage) {
      const id = await stage.buy({ autoActivate: false });
      await stage.admin("subscriptions.refresh", { subscriptionId: id });
      const pending = await stage.marketdesk.subscription(id);
      accepts(
        await stage.post(eventOf(pending, { type: "subscription.first_seen" })),
        "an event of a pending purchase",
      );
      await new Promise((resolve) => setTimeout(resolve, 2_500));
      const { confirmation } = await stage.marketdesk.subscription(id);
      if (confirmation?.access === "full")
        throw new Missed("Your product gave full access to a purchase that is not activated.");
    },
  },
  {
    name: "A pending purchase is activated",
    async run(stage) {
      const id = await stage.buy({ autoActivate: false });
      await stage.admin("subscriptions.refresh", { subscriptionId: id });
      await stage.marketdesk.activate(id, { reason });
      await stage.confirms(id, { planId: "team", quantity: 5, access: "full" });
    },
  },
  {
    name: "The customer changes the plan",
    async run(stage) {
      const id = await provisioned(stage);
      await customer(stage, id, "change-plan", { planId: "business" });
      await stage.confirms(id, { planId: "business", quantity: 5, access: "full" });
    },
  },
  {
    name: "The customer adds seats",
    async run(stage) {
      const id = await provisioned(stage);
      await customer(stage, id, "change-quantity", { quantity: 12 });
      await stage.confirms(id, { quantity: 12, access: "full" });
    },
  },
  {
    name: "The customer reduces seats",
    async run(stage) {
      const id = await provisioned(stage);
      await customer(stage, id, "change-quantity", { quantity: 2 });
      await stage.confirms(id, { quantity: 2, access: "full" });
    },
  },
  {
    name: "The publisher changes the plan",
    async run(stage) {
      const id = await provisioned(stage);
      await stage.marketdesk.changePlan(id, { planId: "business", reason });
      await stage.confirms(id, { planId: "business", access: "full" });
    },
  },
  {
    name: "The publisher changes the seats",
    async run(stage) {
      const id = await provisioned(stage);
      await stage.marketdesk.changeQuantity(id, { quantity: 9, reason });
      await stage.confirms(id, { quantity: 9, access: "full" });
    },
  },
  {
    name: "More seats than the plan allows are refused",
    async run(stage) {
      const id = await provisioned(stage);
      const isAccepted = await stage.marketdesk.changeQuantity(id, { quantity: 900_000, reason }).then(
        () => true,
        () => false,
      );
      if (isAccepted) throw new Error("Marketdesk accepted more seats than the plan allows.");
      await stage.keeps(id, { quantity: 5, access: "full" });
    },
  },
  {
    name: "Two changes in a row",
    async run(stage) {
      const id = await provisioned(stage);
      const first = await stage.marketdesk.changeQuantity(id, { quantity: 6, reason });
      await stage.marketdesk.finished(first.id);
      await stage.marketdesk.changeQuantity(id, { quantity: 8, reason });
      await stage.confirms(id, { quantity: 8, access: "full" });
    },
  },
  {
    name: "A payment fails, and Microsoft suspends",
    async run(stage) {
      const id = await provisioned(stage);
      await customer(stage, id, "suspend");
      await stage.confirms(id, { access: "suspended" });
    },
  },
  {
    name: "The payment arrives, and Microsoft reinstates",
    async run(stage) {
      const id = await provisioned(stage);
      await customer(stage, id, "suspend");
      await stage.confirms(id, { access: "suspended" });
      await customer(stage, id, "reinstate");
      await stage.confirms(id, { access: "full" });
    },
  },
  {
    name: "The publisher suspends access",
    async run(stage) {
      const id = await provisioned(stage);
      await stage.marketdesk.hold(id, { reason });
      await stage.confirms(id, { access: "suspended" });
    },
  },
  {
    name: "The publisher reinstates access",
    async run(stage) {
      const id = await provisioned(stage);
      await stage.marketdesk.hold(id, { reason });
      await stage.confirms(id, { access: "suspended" });
      await stage.marketdesk.liftHold(id, { reason });
      await stage.confirms(id, { access: "full" });
    },
  },
  {
    name: "Suspended twice, reinstated once: still suspended",
    async run(stage) {
      const id = await provisioned(stage);
      await stage.marketdesk.hold(id, { reason });
      await customer(stage, id, "suspend");
      await stage.confirms(id, { access: "suspended" });
      await customer(stage, id, "reinstate");
      await stage.keeps(id, { access: "suspended" });
    },
  },
  {
    name: "The term renews",
    async run(stage) {
      const id = await provisioned(stage);
      await customer(stage, id, "renew");
      await stage.keeps(id, { quantity: 5, access: "full" });
    },
  },
  {
    name: "The customer cancels",
    async run(stage) {
      const id = await provisioned(stage);
      await customer(stage, id, "unsubscribe");
      await stage.confirms(id, { access: "ended" });
    },
  },
  {
    name: "A suspended customer never pays, and Microsoft cancels",
    async run(stage) {
      const id = await provisioned(stage);
      await customer(stage, id, "suspend");
      await stage.confirms(id, { access: "suspended" });
      await customer(stage, id, "unsubscribe");
      await stage.confirms(id, { access: "ended" });
    },
  },
  {
    name: "Ten purchases in the same second",
    async run(stage) {
      const ids = await Promise.all(Array.from({ length: 10 }, () => stage.buy()));
      await Promise.all(ids.map((id) => stage.confirms(id, { quantity: 5, access: "full" })));
    },
  },
];

const messages: Scene[] = [
  {
    name: "The same event three times",
    async run(stage) {
      const event = eventOf(await stage.marketdesk.subscription(await provisioned(stage)));
      for (let n = 0; n < 3; n += 1) accepts(await stage.post(event), "an event that it had before");
      await stage.keeps(event.subscriptionId, { quantity: 5, access: "full" });
    },
  },
  {
    name: "An old event after a newer one",
    async run(stage) {
      const id = await provisioned(stage);
      const before = await stage.marketdesk.subscription(id);
      await stage.marketdesk.hold(id, { reason });
      await stage.confirms(id, { access: "suspended" });
      accepts(await stage.post(eventOf(before)), "an event that comes late");
      await stage.keeps(id, { access: "suspended" });
    },
  },
  {
    name: "An event without its subscription",
    async run(stage) {
      const subscription = await stage.marketdesk.subscription(await provisioned(stage));
      accepts(
        await stage.post(eventOf(subscription, { subscription: null })),
        "an event whose subscription no longer exists",
      );
      await stage.keeps(subscription.id, { access: "full" });
    },
  },
  {
    name: "An event of a type that the product does not know",
    async run(stage) {
      const subscription = await stage.marketdesk.subscription(await provisioned(stage));
      const type = "subscription.invented" as "subscription.renewed";
      accepts(await stage.post(eventOf(subscription, { type })), "an event of a new type");
      await stage.keeps(subscription.id, { access: "full" });
    },
  },
  {
    name: "An event with a wrong signature",
    async run(stage) {
      const subscription = await stage.marketdesk.subscription(await provisioned(stage));
      const secret = `whsec_${randomBytes(32).toString("base64")}`;
      refuses(await stage.post(eventOf(ending(subscription)), { secret }), "an event that another secret has signed");
      await stage.keeps(subscription.id, { access: "full" });
    },
  },
  {
    name: "An event that was recorded and sent again an hour later",
    async run(stage) {
      const subscription = await stage.marketdesk.subscription(await provisioned(stage));
      const sentAt = new Date(Date.now() - 3_600_000);
      refuses(await stage.post(eventOf(ending(subscription)), { sentAt }), "an event with a timestamp of an hour ago");
      await stage.keeps(subscription.id, { access: "full" });
    },
  },
  {
    name: "Staff ask the product to confirm again",
    async run(stage) {
      const id = await provisioned(stage);
      const before = (await stage.marketdesk.subscription(id)).confirmation?.confirmedAt ?? "";
      await stage.admin("truth.askProduct", { subscriptionId: id });
      const deadline = Date.now() + 15_000;
      while (((await stage.marketdesk.subscription(id)).confirmation?.confirmedAt ?? "") <= before) {
        if (Date.now() > deadline)
          throw new Missed("Your product should confirm again when it is asked to. It did not.");
        await new Promise((resolve) => setTimeout(resolve, 250));
      }
    },
  },
];

const conditions: Scene[] = [
  {
    name: "Events arrive a while after the change",
    isAlone: true,
    async run(stage) {
      const id = await provisioned(stage);
      await stage.admin("endpoints.pause", { id: stage.endpointId, reason });
      await stage.marketdesk.hold(id, { reason });
      await new Promise((resolve) => setTimeout(resolve, 3_000));
      await stage.admin("endpoints.resume", { id: stage.endpointId });
      await stage.confirms(id, { access: "suspended" });
    },
  },
  {
    name: "The secret is rotated, and both sign",
    isAlone: true,
    async run(stage) {
      const { secret } = await stage.admin<{ secret: string }>("endpoints.rotate", {
        id: stage.endpointId,
        overlapHours: 24,
      });
      stage.useSecret(secret);
      const id = await stage.buy();
      await stage.confirms(id, { access: "full" });
      const event = eventOf(await stage.marketdesk.subscription(id), { id: randomUUID() });
      accepts(await stage.post(event), "an event that the new and the old secret have signed");
    },
  },
  {
    name: "Marketdesk is down, and comes back",
    isAlone: true,
    needsDesk: true,
    async run(stage) {
      const id = await provisioned(stage);
      await stage.desk?.stop();
      try {
        await customer(stage, id, "suspend");
      } finally {
        await stage.desk?.start();
      }
      await stage.confirms(id, { access: "suspended" });
    },
  },
];

export const scenes: readonly Scene[] = [...life, ...messages, ...conditions];
