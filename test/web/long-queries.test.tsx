import { describe, expect, test } from "vitest";
import { maxRows } from "../../shared/filters.ts";
import { client } from "../../web/trpc.ts";
import { scriptServer } from "../support/dashboard-parts.tsx";

const server = scriptServer();
/** Proxies refuse requests whose first line and headers together are longer than 8 kB. */
const maxAddress = 4_000;
const ids = Array.from({ length: maxRows }, (_, at) => `00000000-0000-4000-8000-${String(at).padStart(12, "0")}`);

describe("a read of the dashboard", () => {
  test("with the ids of many rows is sent by POST, and others by GET", async () => {
    server.answers["subscriptions.rows"] = (input: { ids: string[] }) => input.ids.length;
    server.answers["subscriptions.counts"] = () => "counts";
    const answers = await Promise.all([client.subscriptions.rows.query({ ids }), client.subscriptions.counts.query()]);
    expect(answers).toEqual([maxRows, "counts"]);
    expect(server.calls.map(({ procedure, method }) => `${method} ${procedure}`).toSorted()).toEqual([
      "GET subscriptions.counts",
      "POST subscriptions.rows",
    ]);
    for (const { url } of server.calls) expect(url.length).toBeLessThan(maxAddress);
  });

  test("shares its address with others only as far as that stays short", async () => {
    server.answers["subscriptions.rows"] = (input: { ids: string[] }) => input.ids.length;
    const reads = Array.from({ length: 10 }, () => client.subscriptions.rows.query({ ids: ids.slice(0, 25) }));
    expect(await Promise.all(reads)).toEqual(Array.from({ length: 10 }, () => 25));
    expect(server.calls.every(({ method }) => method === "GET")).toBe(true);
    for (const { url } of server.calls) expect(url.length).toBeLessThanOrEqual(maxAddress);
  });
});
