/**
 * `npm run rehearse -- --endpoint URL [--start COMMAND]`: runs scenes of a subscription's lifecycle with a publisher's product, in
 * front of its own Marketdesk and sandbox, and reports which scenes the product failed.
 */
import { parseArgs } from "node:util";
import type { RehearsalOptions } from "./play-rehearsal.ts";

const usage = `Usage: npm run rehearse -- --endpoint URL [--start COMMAND] [--within SECONDS] [--port PORT]

  --endpoint  the address at which your product receives webhooks, such as http://localhost:4000/webhooks
  --start     a command that starts your product with the printed settings in its environment
  --within    the maximum time in seconds for each step of your product; the default is 15
  --port      the port on which Marketdesk is started; the default is 3300`;

/** Null if an option is missing or wrong. */
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
  // Imported here, because loading Marketdesk takes longer than reading the options.
  const { play } = await import("./play-rehearsal.ts");
  /** Stops what was started, in the order of the starts. */
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
// Exits although something may still wait: the scenes of an interrupted rehearsal, or a request to the product.
process.exit(exitCode);
