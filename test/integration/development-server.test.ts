/** What `npm run dev` serves: the dashboard's page, through Vite. */
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { expect, test } from "vitest";
import { openVite } from "../../server/http/dashboard.ts";

test("the development server's page shows the frame of the dashboard and loads its source", async () => {
  const server = createServer();
  const vite = await openVite(server);
  try {
    const page = await vite.transformIndexHtml("/", readFileSync("web/index.html", "utf8"));
    expect(page).toContain(">Subscriptions</li>");
    expect(page).toContain('src="/main.tsx"');
    expect(await vite.transformRequest("/main.tsx")).not.toBeNull();
  } finally {
    await vite.close();
    server.close();
  }
});
