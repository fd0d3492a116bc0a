/** Scenes of the life of a subscription, from the purchase to its end. */
import { eventOf, ExpectationFailed } from "./scene-tools.ts";
import { type Scene, accepts, reason, provisioned, customer } from "./scene.ts";

export const lifecycleScenes: Scene[] = [
  {
    name: "A purchase with seats",
    run: async (tools) =>
      void (await tools.confirms(await tools.buy(), { planId: "team", quantity: 5, access: "full" })),
  },
  {
    name: "A purchase of a flat-rate plan",
    async run(tools) {
      const id = await tools.buy({ offerId: "vault", planId: "plus", quantity: undefined });
      await tools.confirms(id, { planId: "plus", access: "full" });
    },
  },
  {
    name: "A purchase that stays pending gets no access",
    async run(tools) {
      const id = await tools.buy({ autoActivate: false });
      await tools.admin("subscriptions.refresh", { subscriptionId: id });
      const pending = await tools.marketdesk.subscription(id);
      accepts(
        await tools.post(eventOf(pending, { type: "subscription.first_seen" })),
        "an event of a pending purchase",
      );
      await new Promise((resolve) => setTimeout(resolve, 2_500));
      const { confirmation } = await tools.marketdesk.subscription(id);
      if (confirmation?.access === "full")
        throw new ExpectationFailed("Your product gave full access to a purchase that is not activated.");
    },
  },
  {
    name: "A pending purchase is activated",
    async run(tools) {
      const id = await tools.buy({ autoActivate: false });
      await tools.admin("subscriptions.refresh", { subscriptionId: id });
      await tools.marketdesk.activate(id, { reason });
      await tools.confirms(id, { planId: "team", quantity: 5, access: "full" });
    },
  },
  {
    name: "The customer changes the plan",
    async run(tools) {
      const id = await provisioned(tools);
      await customer(tools, id, "change-plan", { planId: "business" });
      await tools.confirms(id, { planId: "business", quantity: 5, access: "full" });
    },
  },
  {
    name: "The customer adds seats",
    async run(tools) {
      const id = await provisioned(tools);
      await customer(tools, id, "change-quantity", { quantity: 12 });
      await tools.confirms(id, { quantity: 12, access: "full" });
    },
  },
  {
    name: "The customer reduces seats",
    async run(tools) {
      const id = await provisioned(tools);
      await customer(tools, id, "change-quantity", { quantity: 2 });
      await tools.confirms(id, { quantity: 2, access: "full" });
    },
  },
  {
    name: "The publisher changes the plan",
    async run(tools) {
      const id = await provisioned(tools);
      await tools.marketdesk.changePlan(id, { planId: "business", reason });
      await tools.confirms(id, { planId: "business", access: "full" });
    },
  },
  {
    name: "The publisher changes the seats",
    async run(tools) {
      const id = await provisioned(tools);
      await tools.marketdesk.changeQuantity(id, { quantity: 9, reason });
      await tools.confirms(id, { quantity: 9, access: "full" });
    },
  },
  {
    name: "More seats than the plan allows are refused",
    async run(tools) {
      const id = await provisioned(tools);
      const isAccepted = await tools.marketdesk.changeQuantity(id, { quantity: 900_000, reason }).then(
        () => true,
        () => false,
      );
      if (isAccepted) throw new Error("Marketdesk accepted more seats than the plan allows.");
      await tools.keeps(id, { quantity: 5, access: "full" });
    },
  },
  {
    name: "Two changes in a row",
    async run(tools) {
      const id = await provisioned(tools);
      const first = await tools.marketdesk.changeQuantity(id, { quantity: 6, reason });
      await tools.marketdesk.finished(first.id);
      await tools.marketdesk.changeQuantity(id, { quantity: 8, reason });
      await tools.confirms(id, { quantity: 8, access: "full" });
    },
  },
  {
    name: "A payment fails, and Microsoft suspends",
    async run(tools) {
      const id = await provisioned(tools);
      await customer(tools, id, "suspend");
      await tools.confirms(id, { access: "suspended" });
    },
  },
  {
    name: "The payment arrives, and Microsoft reinstates",
    async run(tools) {
      const id = await provisioned(tools);
      await customer(tools, id, "suspend");
      await tools.confirms(id, { access: "suspended" });
      await customer(tools, id, "reinstate");
      await tools.confirms(id, { access: "full" });
    },
  },
  {
    name: "The publisher suspends access",
    async run(tools) {
      const id = await provisioned(tools);
      await tools.marketdesk.hold(id, { reason });
      await tools.confirms(id, { access: "suspended" });
    },
  },
  {
    name: "The publisher reinstates access",
    async run(tools) {
      const id = await provisioned(tools);
      await tools.marketdesk.hold(id, { reason });
      await tools.confirms(id, { access: "suspended" });
      await tools.marketdesk.liftHold(id, { reason });
      await tools.confirms(id, { access: "full" });
    },
  },
  {
    name: "Suspended twice, reinstated once: still suspended",
    async run(tools) {
      const id = await provisioned(tools);
      await tools.marketdesk.hold(id, { reason });
      await customer(tools, id, "suspend");
      await tools.confirms(id, { access: "suspended" });
      await customer(tools, id, "reinstate");
      await tools.keeps(id, { access: "suspended" });
    },
  },
  {
    name: "The term renews",
    async run(tools) {
      const id = await provisioned(tools);
      await customer(tools, id, "renew");
      await tools.keeps(id, { quantity: 5, access: "full" });
    },
  },
  {
    name: "The customer cancels",
    async run(tools) {
      const id = await provisioned(tools);
      await customer(tools, id, "unsubscribe");
      await tools.confirms(id, { access: "ended" });
    },
  },
  {
    name: "A suspended customer never pays, and Microsoft cancels",
    async run(tools) {
      const id = await provisioned(tools);
      await customer(tools, id, "suspend");
      await tools.confirms(id, { access: "suspended" });
      await customer(tools, id, "unsubscribe");
      await tools.confirms(id, { access: "ended" });
    },
  },
  {
    name: "Ten purchases in the same second",
    async run(tools) {
      const ids = await Promise.all(Array.from({ length: 10 }, () => tools.buy()));
      await Promise.all(ids.map((id) => tools.confirms(id, { quantity: 5, access: "full" })));
    },
  },
];
