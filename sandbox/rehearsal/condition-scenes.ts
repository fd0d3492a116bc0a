/** Scenes of delayed events, a rotated secret, and a Marketdesk that is down. */
import { randomUUID } from "node:crypto";
import { eventOf } from "./scene-tools.ts";
import { type Scene, provisioned, reason, accepts, customer } from "./scene.ts";

export const conditionScenes: Scene[] = [
  {
    name: "Events arrive a while after the change",
    isAlone: true,
    async run(tools) {
      const id = await provisioned(tools);
      await tools.admin("endpoints.pause", { id: tools.endpointId, reason });
      await tools.marketdesk.hold(id, { reason });
      await new Promise((resolve) => setTimeout(resolve, 3_000));
      await tools.admin("endpoints.resume", { id: tools.endpointId });
      await tools.confirms(id, { access: "suspended" });
    },
  },
  {
    name: "The secret is rotated, and both sign",
    isAlone: true,
    async run(tools) {
      const { secret } = await tools.admin<{ secret: string }>("endpoints.rotate", {
        id: tools.endpointId,
        overlapHours: 24,
      });
      tools.useSecret(secret);
      const id = await tools.buy();
      await tools.confirms(id, { access: "full" });
      const event = eventOf(await tools.marketdesk.subscription(id), { id: randomUUID() });
      accepts(await tools.post(event), "an event that the new and the old secret have signed");
    },
  },
  {
    name: "Marketdesk is down, and comes back",
    isAlone: true,
    needsDesk: true,
    async run(tools) {
      const id = await provisioned(tools);
      await tools.desk?.stop();
      try {
        await customer(tools, id, "suspend");
      } finally {
        await tools.desk?.start();
      }
      await tools.confirms(id, { access: "suspended" });
    },
  },
];
