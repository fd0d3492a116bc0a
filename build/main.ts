/** `npm run build`, which `npm start` runs first: dashboard and server, each only if its sources have changed. */
import { buildDashboard } from "./dashboard.ts";
import { buildServer } from "./server.ts";

const say = (line: string) => process.stdout.write(`${line}\n`);

try {
  await buildDashboard(say);
  await buildServer(say);
} catch (error) {
  if ((error as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw error;
  process.stderr.write(
    "dist/ was built from other sources, and the build tools are not installed. Run npm ci, then npm run build.\n",
  );
  process.exitCode = 1;
}
