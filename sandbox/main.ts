/** `npm run sandbox`: starts the sandbox alone, for a publisher's own integration tests. */
import { join } from "node:path";
import { readConfig } from "../server/config.ts";
import { marketplaceAppId } from "./publisher.ts";
import { startSandbox } from "./sandbox.ts";

const say = (line: string) => process.stdout.write(`${line}\n`);

try {
  const config = readConfig(process.env);
  const sandbox = await startSandbox({
    port: config.sandboxPort,
    landingUrl: `${config.publicUrl}/landing`,
    webhookUrl: `${config.publicUrl}/webhooks/marketplace`,
    allowedHosts: config.allowedHosts,
    stateFile: join(config.dataDir, "sandbox.json"),
    sample: true,
    log: say,
  });
  const { tenantId, clientId, credential } = sandbox.entra;
  say(`Sandbox of Microsoft's marketplace and Entra: ${sandbox.url}`);
  say(`  Marketplace API  ${sandbox.marketplaceApiUrl}`);
  say(`  Entra authority  ${sandbox.url}   tenant ${tenantId}`);
  say(`  app              ${clientId}   secret ${"secret" in credential ? credential.secret : ""}`);
  say(`  scope            ${marketplaceAppId}/.default`);
  say(`  landing page     ${config.publicUrl}/landing`);
  say(`  webhook          ${config.publicUrl}/webhooks/marketplace`);

  let isStopping = false;
  const stop = () => {
    if (isStopping) return;
    isStopping = true;
    void sandbox.stop().then(() => process.exit(0));
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}
