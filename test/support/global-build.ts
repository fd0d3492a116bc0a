/** The dashboard and the server are built before the first test: workers that built at the same time replaced what others were reading. */
import { buildDashboard } from "../../build/dashboard.ts";
import { buildServer } from "../../build/server.ts";

export async function setup(): Promise<void> {
  await buildDashboard(() => {});
  await buildServer(() => {});
}
