/** What a browser has to load (the dashboard's script, the whole landing page), and how long that takes. */
import path from "node:path";
import { brotliCompressSync } from "node:zlib";
import { buildDashboard } from "../build/dashboard.ts";
import { createBrowserSession } from "../sandbox/browser-session.ts";
import type { BenchEnvironment } from "./environment/bench-environment.ts";
import { startProgram } from "./environment/start-program.ts";
import { browserRows } from "./browser-timings.ts";
import { freePort } from "../test/support/ports.ts";
import { budgetKb, bundleRows, measureBundle } from "./bundle-size.ts";
import { maximum, withVerdict, type Measurement } from "./measurement.ts";

export async function benchPages(benchEnvironment: BenchEnvironment): Promise<Measurement[]> {
  const dir = await buildDashboard(() => {});
  return [
    ...bundleRows(await measureBundle(dir)),
    ...(await landingRows(benchEnvironment)),
    ...(await browserRows(benchEnvironment)),
  ];
}

/** The page of a purchaser who has signed in, with everything that it refers to. */
async function landingRows(benchEnvironment: BenchEnvironment): Promise<Measurement[]> {
  const database = await benchEnvironment.createDatabase();
  const sandboxPort = await freePort();
  const settings = {
    DATABASE_URL: database.url,
    DATA_DIR: path.join(benchEnvironment.dataDir, "landing"),
    SANDBOX_PORT: String(sandboxPort),
  };
  const program = await startProgram(benchEnvironment, settings);
  try {
    const purchase = await fetch(`http://localhost:${sandboxPort}/control/purchases`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ offerId: "insight", planId: "team", quantity: 5, purchaser: "ada" }),
    });
    const { landingUrl } = (await purchase.json()) as { landingUrl: string };
    const browser = createBrowserSession();
    const welcome = await browser.visit(landingUrl);
    const page = await browser.chooseAccount(await browser.follow(welcome, "Sign in with Microsoft"), "ada");
    if (!page.html.includes("Activate")) throw new Error(`this is not the purchase: ${page.url}`);
    const references = [...page.html.matchAll(/<(?:script|link|img)\s[^>]*?(?:src|href)="([^"]+)"/g)].map(
      ([, address = ""]) => address,
    );
    let bytes = Buffer.byteLength(page.html);
    for (const reference of references) {
      if (reference.startsWith("data:")) continue;
      bytes += (await (await fetch(new URL(reference, page.url))).arrayBuffer()).byteLength;
    }
    const scripts = page.html.match(/<script/g)?.length ?? 0;
    return [
      withVerdict(
        {
          name: "landing page in all, as sent",
          value: bytes / 1_000,
          unit: "kB",
          note: `${references.length} further files, ${scripts} scripts; ${(brotliCompressSync(page.html).length / 1_000).toFixed(1)} kB if compressed`,
        },
        maximum(budgetKb.landing),
      ),
    ];
  } finally {
    await program.stop();
    await database.drop();
  }
}
