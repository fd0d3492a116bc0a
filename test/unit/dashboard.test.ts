import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync, brotliDecompressSync, gzipSync } from "node:zlib";
import { Hono } from "hono";
import { afterAll, describe, expect, test } from "vitest";
import { isDashboardPath } from "../../shared/places.ts";
import { serveDashboard } from "../../server/http/dashboard.ts";

const dir = mkdtempSync(join(tmpdir(), "marketdesk-dashboard-"));
afterAll(() => rmSync(dir, { recursive: true }));

const script = "console.log(1);".repeat(20);
mkdirSync(join(dir, "assets"));
writeFileSync(join(dir, "index.html"), '<script nonce="__CSP_NONCE__"></script><style nonce="__CSP_NONCE__"></style>');
writeFileSync(join(dir, "favicon.svg"), "<svg/>");
writeFileSync(join(dir, "assets", "main-1a2b.js"), script);
writeFileSync(join(dir, "assets", "main-1a2b.js.br"), brotliCompressSync(script));
writeFileSync(join(dir, "assets", "main-1a2b.js.gz"), gzipSync(script));

const app = new Hono();
let count = 0;
app.use("*", async (c, next) => {
  c.set("nonce", `nonce${(count += 1)}`);
  await next();
});
app.get("*", serveDashboard({ mode: "built", dir }));

const get = (path: string, headers: Record<string, string> = {}) => app.request(path, { headers });

describe("serveDashboard", () => {
  test.each(["/", "/subscriptions", "/subscriptions/a.b", "/subscriptions/x.js", "/settings/roles?x=1"])(
    "answers %s with the page, with a new nonce and never from a cache",
    async (path) => {
      const first = await get(path);
      const [one, two] = [await first.text(), await (await get(path)).text()];
      expect(first.status).toBe(200);
      expect(first.headers.get("cache-control")).toBe("no-store");
      expect(first.headers.get("content-type")).toContain("text/html");
      expect(one).toMatch(/^<script nonce="nonce\d+"><\/script><style nonce="nonce\d+"><\/style>$/);
      expect(one).not.toBe(two);
    },
  );

  test("answers built files compressed, and cached permanently", async () => {
    const answer = await get("/assets/main-1a2b.js", { "accept-encoding": "gzip, deflate, br" });
    expect(answer.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
    expect(answer.headers.get("content-encoding")).toBe("br");
    expect(answer.headers.get("vary")).toBe("accept-encoding");
    expect(brotliDecompressSync(new Uint8Array(await answer.arrayBuffer())).toString()).toBe(script);
    const zipped = await get("/assets/main-1a2b.js", { "accept-encoding": "gzip" });
    expect(zipped.headers.get("content-encoding")).toBe("gzip");
  });

  test("answers them uncompressed to clients that cannot decompress", async () => {
    const answer = await get("/assets/main-1a2b.js");
    expect(answer.headers.get("content-encoding")).toBe(null);
    expect(answer.headers.get("content-type")).toBe("text/javascript; charset=utf-8");
    expect(await answer.text()).toBe(script);
  });

  test("makes browsers revalidate files without a hash in their name", async () => {
    const answer = await get("/favicon.svg");
    expect(answer.headers.get("cache-control")).toBe("no-cache");
    const again = await get("/favicon.svg", { "if-none-match": answer.headers.get("etag") ?? "" });
    expect([again.status, await again.text()]).toEqual([304, ""]);
  });

  test.each([
    "/assets/gone-9f.js",
    "/assets/",
    "/robots.txt",
    "/assets/main-1a2b.js.br",
    "/assets/../index.html.map",
    "/index.html",
    "/.env",
    "/.git/config",
    "/subscriptions/.git/HEAD",
    "/%2egit/config",
    "/main.js.map",
    "/backup.sql",
    "/wp-login.php",
  ])("answers 404 for the missing file %s", async (path) => {
    const answer = await get(path);
    expect([answer.status, await answer.text()]).toEqual([404, "There is no such file."]);
  });

  test("answers unknown addresses with the page and 404", async () => {
    const answer = await get("/debug/vars");
    expect([answer.status, answer.headers.get("content-type")]).toEqual([404, "text/html; charset=UTF-8"]);
  });

  test("knows all addresses of the dashboard", () => {
    const files = ["router.tsx", "settings-routes.ts"].map((name) => new URL(`../../web/${name}`, import.meta.url));
    const source = files.map((file) => readFileSync(file, "utf8")).join("\n");
    const ofRoot = [...source.matchAll(/getParentRoute: \(\) => root,\s+path: "([^"]+)"/g)].map(
      ([, path = ""]) => path,
    );
    expect(ofRoot.length).toBeGreaterThan(5);
    expect(ofRoot.filter((path) => !isDashboardPath(path))).toEqual([]);
  });
});
