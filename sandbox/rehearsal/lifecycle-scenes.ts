/** Scenes of the life of a subscription, from the purchase to its end. */
import { eventOf, ExpectationFailed } from "./stage.ts";
import { type Scene, accepts, reason, provisioned, customer } from "./scene.ts";

export const lifecycleScenes: Scene[] = [
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
        throw new ExpectationFailed("Your product gave full access to a purchase that is not activated.");
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
