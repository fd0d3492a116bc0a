/** Scenes of events that are repeated, old, incomplete, unknown, forged or replayed. */
import { randomBytes } from "node:crypto";
import { eventOf, ExpectationFailed } from "./scene-tools.ts";
import { type Scene, provisioned, accepts, reason, refuses, ending } from "./scene.ts";

export const messageScenes: Scene[] = [
  {
    name: "The same event three times",
    async run(tools) {
      const event = eventOf(await tools.marketdesk.subscription(await provisioned(tools)));
      for (let n = 0; n < 3; n += 1) accepts(await tools.post(event), "an event that it had before");
      await tools.keeps(event.subscriptionId, { quantity: 5, access: "full" });
    },
  },
  {
    name: "An old event after a newer one",
    async run(tools) {
      const id = await provisioned(tools);
      const before = await tools.marketdesk.subscription(id);
      await tools.marketdesk.hold(id, { reason });
      await tools.confirms(id, { access: "suspended" });
      accepts(await tools.post(eventOf(before)), "an event that comes late");
      await tools.keeps(id, { access: "suspended" });
    },
  },
  {
    name: "An event without its subscription",
    async run(tools) {
      const subscription = await tools.marketdesk.subscription(await provisioned(tools));
      accepts(
        await tools.post(eventOf(subscription, { subscription: null })),
        "an event whose subscription no longer exists",
      );
      await tools.keeps(subscription.id, { access: "full" });
    },
  },
  {
    name: "An event of a type that the product does not know",
    async run(tools) {
      const subscription = await tools.marketdesk.subscription(await provisioned(tools));
      const type = "subscription.invented" as "subscription.renewed";
      accepts(await tools.post(eventOf(subscription, { type })), "an event of a new type");
      await tools.keeps(subscription.id, { access: "full" });
    },
  },
  {
    name: "An event with a wrong signature",
    async run(tools) {
      const subscription = await tools.marketdesk.subscription(await provisioned(tools));
      const secret = `whsec_${randomBytes(32).toString("base64")}`;
      refuses(await tools.post(eventOf(ending(subscription)), { secret }), "an event that another secret has signed");
      await tools.keeps(subscription.id, { access: "full" });
    },
  },
  {
    name: "An event that was recorded and sent again an hour later",
    async run(tools) {
      const subscription = await tools.marketdesk.subscription(await provisioned(tools));
      const sentAt = new Date(Date.now() - 3_600_000);
      refuses(await tools.post(eventOf(ending(subscription)), { sentAt }), "an event with a timestamp of an hour ago");
      await tools.keeps(subscription.id, { access: "full" });
    },
  },
  {
    name: "Staff ask the product to confirm again",
    async run(tools) {
      const id = await provisioned(tools);
      const before = (await tools.marketdesk.subscription(id)).confirmation?.confirmedAt ?? "";
      await tools.admin("truth.askProduct", { subscriptionId: id });
      const deadline = Date.now() + 15_000;
      while (((await tools.marketdesk.subscription(id)).confirmation?.confirmedAt ?? "") <= before) {
        if (Date.now() > deadline)
          throw new ExpectationFailed("Your product should confirm again when it is asked to. It did not.");
        await new Promise((resolve) => setTimeout(resolve, 250));
      }
    },
  },
];
