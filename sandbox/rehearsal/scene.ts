/** A scene, and what several scenes do. */
import type { Subscription } from "../../clients/typescript/src/client.ts";
import { ExpectationFailed, type Stage } from "./stage.ts";

export type Scene = {
  name: string;
  /** It touches what all scenes share, so it runs alone. */
  isAlone?: boolean;
  needsDesk?: boolean;
  run(stage: Stage): Promise<void>;
};

export const reason = "Rehearsal";

/** A purchase that the product has provisioned. */
export async function provisioned(stage: Stage, input: object = {}): Promise<string> {
  const id = await stage.buy(input);
  await stage.confirms(id, { access: "full" });
  return id;
}

export const customer = (stage: Stage, id: string, act: string, body: object = {}) =>
  stage.microsoft(`subscriptions/${id}/${act}`, body);

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
