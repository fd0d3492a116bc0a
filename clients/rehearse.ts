/**
 * `npm run rehearse -- --endpoint URL [--start COMMAND]`: plays the scenes of a subscription's life to a publisher's product, with a
 * Marketdesk and a sandbox of its own, and says which scenes the product failed.
 */
import { parseArgs } from "node:util";
import type { RehearsalOptions } from "./play-rehearsal.ts";

const usage = `Usage: npm run rehearse -- --endpoint URL [--start COMMAND] [--within SECONDS] [--port PORT]

  --endpoint  the address at which your product receives webhooks, such as http://localhost:4000/webhooks
  --start     a command that starts your product with the printed settings in its environment
  --within    how long your product may take for each step; the default is 15
  --port      the port of the Marketdesk that is started; the default is 3300`;

/** Null if anything in it is missing or wrong. */
function readOptions(): RehearsalOptions | null {
  try {
    const { values } = parseArgs({
      options: {
        endpoint: { type: "string" },
        start: { type: "string" },
        within: { type: "string", default: "15" },
        port: { type: "string", default: "3300" },
      },
    });
    const { endpoint = "", start } = values;
    const [within, port] = [Number(values.within), Number(values.port)];
    if (!/^https?:$/.test(URL.parse(endpoint)?.protocol ?? "")) return null;
    if (!(within > 0 && within <= 3_600) || !Number.isInteger(port) || port < 1 || port > 65_535) return null;
    return { endpoint, start, withinMs: within * 1_000, port };
  } catch {
    return null;
  }
}

async function main(): Promise<number> {
  const options = readOptions();
  if (!options) {
    process.stderr.write(`${usage}\n`);
    return 1;
  }
  // Only now: loading Marketdesk takes longer than reading the options.
  const { play } = await import("./play-rehearsal.ts");
  /** What was started, in this order. */
  const stops: (() => Promise<unknown>)[] = [];
  const interrupted = new Promise<never>((_, reject) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const)
      process.once(signal, () => reject(new Error("The rehearsal was interrupted.")));
  });
  try {
    return await Promise.race([play(options, stops), interrupted]);
  } finally {
    for (const stop of stops.toReversed()) {
      await stop().catch((error: unknown) => process.stderr.write(`${(error as Error).message}\n`));
    }
  }
}

const exitCode = await main().catch((error: unknown) => {
  process.stderr.write(`${(error as Error).message}\n`);
  return 1;
});
// An interrupted rehearsal still waits for its scenes, and one that failed for the product's answer.
process.exit(exitCode);
