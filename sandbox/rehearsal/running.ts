/** The rehearsal that the sandbox's page shows: one at a time. */
import { Refusal } from "../fulfillment/refusal.ts";
import type { World } from "../world.ts";
import { rehearse, type SceneResult } from "./rehearse.ts";
import { prepareScenes, type ProductSettings, type SceneTools } from "./scene-tools.ts";

export type Rehearsal = {
  endpoint: string;
  product: ProductSettings;
  state: "prepared" | "running" | "over";
  /** In the order in which they ended. */
  results: SceneResult[];
};

/** Longer than for `npm run rehearse`, because this sandbox may simulate the delays of Microsoft. */
const withinMs = 30_000;

const rehearsals = new WeakMap<World, { shown: Rehearsal; tools: SceneTools }>();

export function rehearsalOf(world: World): Rehearsal | null {
  return rehearsals.get(world)?.shown ?? null;
}

/** The simulated product pauses then: its confirmations would be taken for those of the product that is rehearsed. */
export function isRehearsing(world: World): boolean {
  const rehearsal = rehearsalOf(world);
  return rehearsal !== null && rehearsal.state !== "over";
}

const turns = new WeakMap<World, Promise<unknown>>();

/** One after the other: two that prepare at the same time would each leave keys that no one knows. */
function inTurn(world: World, act: () => Promise<void>): Promise<void> {
  const turn = (turns.get(world) ?? Promise.resolve()).then(act);
  turns.set(
    world,
    turn.catch(() => {}),
  );
  return turn;
}

/** Creates an API key and an endpoint in Marketdesk. @throws Refusal */
export const prepareRehearsal = (world: World, endpoint: string) => inTurn(world, () => prepare(world, endpoint));
/** Plays the scenes in the background. @throws Refusal */
export const startRehearsal = (world: World) => inTurn(world, async () => start(world));
/** Revokes the keys, removes the endpoint, and lets the simulated product continue. @throws Refusal */
export const endRehearsal = (world: World) => inTurn(world, () => end(world));

async function prepare(world: World, endpoint: string): Promise<void> {
  if (rehearsalOf(world)?.state === "running")
    throw new Refusal(409, "A rehearsal is in progress. Wait until it has ended.");
  if (!URL.canParse(endpoint)) throw new Refusal(400, "Enter the address of your product’s webhook.");
  await end(world);
  const { origin: deskUrl } = new URL(world.landingUrl);
  const prepared = await prepareScenes({ deskUrl, sandboxUrl: world.url, endpoint, withinMs }).catch(
    (error: unknown) => {
      throw new Refusal(409, `Marketdesk did not create the key and the endpoint. ${(error as Error).message}`);
    },
  );
  rehearsals.set(world, {
    tools: prepared.tools,
    shown: { endpoint, product: prepared.product, state: "prepared", results: [] },
  });
  world.changed();
}

function start(world: World): void {
  const rehearsal = rehearsals.get(world);
  if (rehearsal?.shown.state !== "prepared") throw new Refusal(409, "Prepare the rehearsal first.");
  const { shown, tools } = rehearsal;
  shown.state = "running";
  world.changed();
  const note = (result: SceneResult) => {
    shown.results.push(result);
    world.changed();
  };
  void rehearse(tools, note)
    .catch((error: unknown) => world.log(`The rehearsal stopped: ${(error as Error).message}`))
    .then(() => {
      shown.state = "over";
      world.changed();
    });
}

async function end(world: World): Promise<void> {
  const rehearsal = rehearsals.get(world);
  if (!rehearsal) return;
  if (rehearsal.shown.state === "running")
    throw new Refusal(409, "A rehearsal is in progress. Wait until it has ended.");
  // What is partly removed cannot start, but can be ended again.
  rehearsal.shown.state = "over";
  world.changed();
  await rehearsal.tools.close().catch((error: unknown) => {
    throw new Refusal(409, `Marketdesk did not remove all keys and the endpoint. ${(error as Error).message}`);
  });
  rehearsals.delete(world);
  world.changed();
}
