/** Scenes of delayed events, a rotated secret, and a Marketdesk that is down. */
import { randomUUID } from "node:crypto";
import { eventOf } from "./stage.ts";
import { type Scene, provisioned, reason, accepts, customer } from "./scene.ts";

export const conditionScenes: Scene[] = [
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
