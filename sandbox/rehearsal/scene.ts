/** A scene, and what several scenes do. */
import type { Subscription } from "../../clients/typescript/src/client.ts";
import { ExpectationFailed, type SceneTools } from "./scene-tools.ts";

export type Scene = {
  name: string;
  /** It touches what all scenes share, so it runs alone. */
  isAlone?: boolean;
  needsDesk?: boolean;
  run(tools: SceneTools): Promise<void>;
};

export const reason = "Rehearsal";

/** A purchase that the product has provisioned. */
export async function provisioned(tools: SceneTools, input: object = {}): Promise<string> {
  const id = await tools.buy(input);
  await tools.confirms(id, { access: "full" });
  return id;
}

export const customer = (tools: SceneTools, id: string, act: string, body: object = {}) =>
  tools.microsoft(`subscriptions/${id}/${act}`, body);

export function accepts(status: number | null, what: string): void {
  if (status !== null && status >= 200 && status < 300) return;
  throw new ExpectationFailed(`Your endpoint should answer 2xx to ${what}. It answered ${status ?? "nothing"}.`);
}

export function refuses(status: number | null, what: string): void {
  if (status !== null && status >= 400 && status < 500) return;
  throw new ExpectationFailed(`Your endpoint should refuse ${what} with 4xx. It answered ${status ?? "nothing"}.`);
}

/** An event that says that the subscription has ended, which is not true. */
export const ending = (subscription: Subscription): Subscription => ({
  ...subscription,
  status: "Unsubscribed",
  access: "ended",
  version: subscription.version + 1_000,
});
