/** The sandbox that replaces Microsoft while there are no Entra settings. */
import path from "node:path";
import { isNewInstallation } from "./sample-history.ts";
import type { AppDatabase } from "./database.ts";
import type { Composition } from "./composition.ts";

export async function startOwnSandbox(
  { config, log, started }: Composition,
  options: { publicUrl: string; database: AppDatabase; hasSample: boolean },
) {
  const { publicUrl } = options;
  const isNew = await isNewInstallation(options.database.desk.db);
  // Imported on demand, so that with Entra settings the app loads no code of the sandbox.
  const { startSandbox } = await import("../../sandbox/sandbox.ts");
  const sandbox = await startSandbox({
    port: config.sandboxPort,
    landingUrl: `${publicUrl}/landing`,
    webhookUrl: `${publicUrl}/webhooks/marketplace`,
    allowedHosts: config.allowedHosts,
    stateFile: path.join(config.dataDir, "sandbox.json"),
    sample: options.hasSample,
    // Only on an empty database, and only if this sandbox is Marketdesk's Marketplace.
    hasHistory: isNew && config.marketplaceApiUrl === null,
    log: (line) => log.debug({ part: "sandbox" }, line),
  });
  return started("sandbox", sandbox, (part) => part.stop());
}
