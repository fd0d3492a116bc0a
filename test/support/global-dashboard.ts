/** The dashboard is built before the first test: workers that built it at the same time replaced what others were reading. */
import { buildDashboard } from "../../build/dashboard.ts";

export async function setup(): Promise<void> {
  await buildDashboard(() => {});
}
