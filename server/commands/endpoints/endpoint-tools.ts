/** What commands of endpoints need besides the database. */
import type { EndpointChannel } from "../../outbox/endpoint-channel.ts";
import type { EndpointSecrets } from "../../outbox/endpoint-secrets.ts";
import type { OutwardCalls } from "../../outward/outward-calls.ts";

export type EndpointTools = {
  /** Why an address may not be called; null if it may. */
  addressProblem: OutwardCalls["addressProblem"];
  secrets: EndpointSecrets;
  /** Sends one message outside of the order. */
  sendTest: EndpointChannel["post"];
  /** Wakes the sender, because a message may be due. */
  wake: () => void;
};
