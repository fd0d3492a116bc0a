/** Scenes of events that are repeated, old, incomplete, unknown, forged or replayed. */
import { randomBytes } from "node:crypto";
import { eventOf, ExpectationFailed } from "./stage.ts";
import { type Scene, provisioned, accepts, reason, refuses, ending } from "./scene.ts";

export const messageScenes: Scene[] = [
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
          throw new ExpectationFailed("Your product should confirm again when it is asked to. It did not.");
        await new Promise((resolve) => setTimeout(resolve, 250));
      }
    },
  },
];
