/** A08, C11: connections that request without reading, and floods from strangers. */
import { connect, type Socket } from "node:net";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { requestFrom } from "../../support/request-from-address.ts";
import { repeatedly, underAbuse } from "../abuse.ts";
import type { Fault } from "../fault.ts";
import { tally } from "../statistics.ts";
import { waitUntil } from "../scene.ts";

async function openSilent(port: number): Promise<Socket> {
  const socket = connect({ port, host: "127.0.0.1" });
  socket.on("error", () => {});
  await Promise.race([once(socket, "connect"), once(socket, "close")]);
  return socket;
}

/** The address of the dashboard's largest file. */
async function findBiggestAsset(port: number): Promise<{ path: string; bytes: number }> {
  const base = `http://127.0.0.1:${port}`;
  const seen = new Map<string, number>();
  const queue = [...(await (await fetch(`${base}/`)).text()).matchAll(/\/assets\/[\w.-]+/g)].map(([path]) => path);
  for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
    if (seen.has(path) || seen.size > 60) continue;
    const text = await (await fetch(base + path, { headers: { "accept-encoding": "identity" } })).text();
    seen.set(path, text.length);
    if (path.endsWith(".js"))
      queue.push(...[...text.matchAll(/[\w-]+-[\w-]{7,8}\.(?:js|css)/g)].map(([name]) => `/assets/${name}`));
  }
  const [biggest] = [...seen].toSorted(([, a], [, b]) => b - a);
  if (!biggest) throw new Error("the dashboard has no files");
  return { path: biggest[0], bytes: biggest[1] };
}

const unread: Fault = {
  id: "A08",
  title: "pipelined requests and slow readers: files, procedures, exports and pages that are never read",
  scene: { instances: 1, hasDashboard: true },
  async run(scene, { outcome, seconds }) {
    const port = scene.instances[0]?.port ?? 0;
    const asset = await findBiggestAsset(port);
    const cookie = `Cookie: ${scene.staff.cookie}\r\n`;
    const get = (path: string, headers = "") => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n${headers}\r\n`;
    const input = encodeURIComponent("{}");
    const kinds: [text: string, isCut: boolean][] = [
      [get(asset.path).repeat(900), true],
      [get(asset.path).repeat(120), true],
      // The kernel can hold these answers completely.
      [get(asset.path).repeat(16), false],
      [get("/landing").repeat(16), false],
      [get(`/trpc/subscriptions.list?input=${input}`, cookie).repeat(16), false],
      [get("/exports/activity.csv", cookie), false],
    ];
    const sockets: Socket[] = [];
    const toBeCut: Socket[] = [];
    await underAbuse(scene, outcome, Math.max(seconds, 30), async ({ signal }) => {
      for (let round = 0; round < 80 && !signal.aborted; round += 1) {
        for (const [text, isCut] of kinds) {
          const socket = await openSilent(port);
          socket.write(text);
          sockets.push(socket);
          if (isCut) toBeCut.push(socket);
        }
        await sleep(20);
      }
    });
    // A client sees that it was cut off once it has read what the kernel holds.
    for (const socket of toBeCut) socket.resume();
    const areCut = await waitUntil(() => Promise.resolve(toBeCut.every(({ destroyed }) => destroyed)), 20_000);
    const kept = toBeCut.filter(({ destroyed }) => !destroyed).length;
    for (const socket of sockets) socket.destroy();
    outcome.note(
      `${sockets.length} connections that read nothing, up to 900 requests on each; the largest file has ${asset.bytes} bytes`,
    );
    outcome.must(areCut, `${kept} connections with more requests than allowed were kept`);
  },
};

const strangers: Fault = {
  id: "C11",
  title: "floods from strangers: purchase tokens, sign-ins, the API's description, forged webhooks",
  scene: { instances: 1 },
  async run(scene, { outcome, seconds }) {
    const statuses: Record<string, number[]> = {};
    const header = Buffer.from(JSON.stringify({ alg: "RS256", typ: "JWT", kid: "forged" })).toString("base64url");
    const claims = Buffer.from(JSON.stringify({ aud: "x", exp: 9e9 })).toString("base64url");
    const forged = {
      authorization: `Bearer ${header}.${claims}.${"A".repeat(342)}`,
      "content-type": "application/json",
    };
    await underAbuse(scene, outcome, Math.max(seconds, 12), async ({ signal, port }) => {
      const base = `http://127.0.0.1:${port}`;
      const ask = async (name: string, path: string, options?: Parameters<typeof requestFrom>[2]) => {
        const { status } = await requestFrom("127.0.5.1", base + path, options);
        (statuses[name] ??= []).push(status);
      };
      const pace = { lanes: 8, pauseMs: 10 };
      await Promise.all([
        repeatedly(signal, pace, () => ask("purchase tokens", "/landing?token=guess")),
        repeatedly(signal, pace, () => ask("sign-ins", "/auth/sign-in")),
        repeatedly(signal, pace, () => ask("API description", "/api/v1/openapi.json")),
        repeatedly(signal, pace, () =>
          ask("API", "/api/v1/subscriptions", { headers: { authorization: "Bearer md_x" } }),
        ),
        repeatedly(signal, { lanes: 16, pauseMs: 5 }, () =>
          ask("forged webhooks", "/webhooks/marketplace", { method: "POST", headers: forged, body: "{}" }),
        ),
      ]);
    });
    const elsewhere = await requestFrom("127.0.6.1", `http://127.0.0.1:${scene.instances[0]?.port}/landing?token=own`);
    for (const [name, list] of Object.entries(statuses)) outcome.figure(name, tally(list));
    for (const name of ["purchase tokens", "sign-ins", "API description", "API"]) {
      outcome.must((statuses[name] ?? []).includes(429), `${name} had no limit`);
    }
    outcome.must(
      (statuses["forged webhooks"] ?? []).every((status) => status === 401),
      "forged webhooks were not all answered 401",
    );
    outcome.must(elsewhere.status !== 429, "a visitor from another address was refused");
  },
};

export const portAbuses = [unread, strangers];
