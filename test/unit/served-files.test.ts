/** Which form of a built file a browser gets. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Hono } from "hono";
import { afterAll, beforeAll, expect, test } from "vitest";
import { serveDashboard } from "../../server/http/dashboard.ts";

let dir: string;
let app: Hono;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "marketdesk-files-"));
  for (const name of ["index.html", "page.js", "page.js.br", "page.js.gz"]) writeFileSync(join(dir, name), name);
  app = new Hono().get("*", serveDashboard({ mode: "built", dir }));
});
afterAll(() => rmSync(dir, { recursive: true }));

test.each([
  ["gzip, deflate, br, zstd", "br"],
  ["GZIP", "gzip"],
  ["br;q=0, gzip", "gzip"],
  ["gzip;q=0.5, br ; q=0.0", "gzip"],
  ["br;q=0.1", "br"],
  ["br;q=0, gzip;q=0.000", null],
  ["zebra", null],
  ["identity", null],
  ["", null],
])("with Accept-Encoding %j, a file is sent as %s", async (accepted, encoding) => {
  const answer = await app.request("/page.js", { headers: { "accept-encoding": accepted } });
  expect(answer.headers.get("content-encoding")).toBe(encoding);
  expect(await answer.text()).toBe(`page.js${encoding === "br" ? ".br" : encoding === "gzip" ? ".gz" : ""}`);
});
