/** C3 (86): every connection of both drivers is verified, on a PostgreSQL with TLS and on servers that are after the password. */
import { randomUUID } from "node:crypto";
import { chown, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { createDatabase } from "../../server/database/connection/database.ts";
import { migrate } from "../../server/database/migrations/migrate.ts";
import { listenForChanges } from "../../server/database/connection/change-listener.ts";
import { openLiveness } from "../../server/jobs/liveness.ts";
import { startSandbox } from "../../sandbox/sandbox.ts";
import { openPostgres, type Postgres } from "../faults/controlled-postgres.ts";
import { quiet, startInstance } from "../support/app.ts";
import { createAuthority, type CertificateOptions } from "../support/certificates.ts";
import { type PasswordThief, startPasswordThief } from "../support/password-thief.ts";
import { freePort } from "../support/ports.ts";

const authority = createAuthority("Authority of the publisher");
const stranger = createAuthority("Authority of someone else");

let postgres: Postgres;
let folder: string;
let thief: PasswordThief | null = null;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "marketdesk-tls-"));
  await writeFile(join(folder, "authority.pem"), authority.pem);
  postgres = await openPostgres();
  await postgres.createDatabase("desk");
});
afterAll(async () => {
  await postgres?.close();
  await rm(folder, { recursive: true, force: true });
});
afterEach(async () => {
  await thief?.close();
  thief = null;
});

/** Gives PostgreSQL a certificate and has it take that for new connections. */
async function serve(options: CertificateOptions, issuer = authority): Promise<void> {
  const { cert, key } = issuer.issue(options);
  const [{ data_directory: data } = { data_directory: "" }] = await postgres.ask<{ data_directory: string }>(
    "postgres",
    "show data_directory",
  );
  const owner = await stat(data);
  for (const [name, text] of [
    ["server.crt", cert],
    ["server.key", key],
  ] as const) {
    const file = join(data, name);
    await writeFile(file, text, { mode: 0o600 });
    await chown(file, owner.uid, owner.gid);
  }
  await postgres.ask("postgres", "alter system set ssl = on");
  await postgres.ask("postgres", "select pg_reload_conf()");
  await expect.poll(() => postgres.ask("postgres", "show ssl")).toEqual([{ ssl: "on" }]);
}

const urlAt = (host: string, port: number, parameters: Record<string, string>) => {
  const url = new URL(postgres.urlOf("desk"));
  url.host = `${host}:${port}`;
  // Each its own address: after a refusal, connections to the same one are not tried for a second.
  url.search = new URLSearchParams({ ...parameters, application_name: randomUUID() }).toString();
  return url.href;
};
const trustedAuthority = () => ({ sslrootcert: join(folder, "authority.pem") });

/** Everything that connects: each opens one connection, uses it and closes it. */
const connections: [name: string, connect: (url: string) => Promise<unknown>][] = [
  [
    "a pool of node-postgres",
    async (url) => {
      const { pool, close } = createDatabase({
        url,
        name: "test",
        max: 1,
        statementTimeoutMs: 2_000,
        connectTimeoutMs: 3_000,
        log: quiet,
      });
      await pool.query("select 1").finally(close);
    },
  ],
  ["the workers' proof of life", async (url) => (await openLiveness({ url, onLost: () => {} })).close()],
  ["migrations", (url) => migrate(url)],
  ["LISTEN of postgres.js", async (url) => (await listenForChanges({ url, log: quiet })).stop()],
];

describe.each(connections)("C3 (86): %s", (_name, connect) => {
  test("accepts a verified server", async () => {
    await serve({ hosts: ["localhost", "127.0.0.1"] });
    await connect(urlAt("localhost", postgres.port, { sslmode: "verify-full", ...trustedAuthority() }));
    await connect(urlAt("127.0.0.1", postgres.port, { sslmode: "require", ...trustedAuthority() }));
  });

  test("refuses an unknown certificate authority", async () => {
    await serve({ hosts: ["localhost"] }, stranger);
    await expect(
      connect(urlAt("localhost", postgres.port, { sslmode: "verify-full", ...trustedAuthority() })),
    ).rejects.toThrow(/untrusted authority|verify|self-signed|issuer/);
    await expect(connect(urlAt("localhost", postgres.port, { sslmode: "require" }))).rejects.toThrow(
      /untrusted authority|verify|self-signed|issuer/,
    );
  });

  test("refuses a certificate for another host, also if the address is an IP address", async () => {
    await serve({ hosts: ["db.contoso.com"] });
    await expect(
      connect(urlAt("localhost", postgres.port, { sslmode: "verify-full", ...trustedAuthority() })),
    ).rejects.toThrow(/altnames|another host/);
    await serve({ hosts: ["localhost"] });
    await expect(
      connect(urlAt("127.0.0.1", postgres.port, { sslmode: "verify-full", ...trustedAuthority() })),
    ).rejects.toThrow(/altnames|another host/);
  });

  test("refuses an expired certificate", async () => {
    await serve({ hosts: ["localhost"], days: [-30, -1] });
    await expect(
      connect(urlAt("localhost", postgres.port, { sslmode: "verify-full", ...trustedAuthority() })),
    ).rejects.toThrow(/expired|EXPIRED/);
  });

  test.each(["require", "verify-ca", "verify-full"])(
    "sends nothing to an impostor with sslmode=%s",
    async (sslmode) => {
      thief = await startPasswordThief({ tls: stranger.issue({ hosts: ["localhost"] }) });
      await expect(connect(urlAt("localhost", thief.port, { sslmode, ...trustedAuthority() }))).rejects.toThrow();
      expect(thief.tlsHellos()).toBeGreaterThan(0);
      expect(thief.received()).toBe("");
    },
  );

  test("sends no password to another machine that offers no TLS", async () => {
    thief = await startPasswordThief({ tls: null });
    // An address that is not loopback by its name, and leads here.
    await expect(connect(urlAt("[::ffff:127.0.0.1]", thief.port, {}))).rejects.toThrow();
    expect(thief.tlsHellos()).toBeGreaterThan(0);
    expect(thief.received()).not.toContain(new URL(postgres.urlOf("desk")).password);
    expect(thief.received()).not.toContain("marketdesk");
  });
});

test("C3 (86): all connections of a running app are encrypted", async () => {
  await serve({ hosts: ["localhost"] });
  const port = await freePort();
  const publicUrl = `http://localhost:${port}`;
  const sandbox = await startSandbox({
    port: 0,
    landingUrl: `${publicUrl}/landing`,
    webhookUrl: `${publicUrl}/webhooks/marketplace`,
    stateFile: null,
    sample: false,
  });
  const databaseUrl = urlAt("localhost", postgres.port, { sslmode: "verify-full", ...trustedAuthority() });
  const app = await startInstance({ sandbox, databaseUrl, dataDir: folder, port });
  try {
    const open = () =>
      postgres.ask<{ name: string; ssl: boolean }>(
        "desk",
        "select application_name as name, ssl from pg_stat_activity join pg_stat_ssl using (pid) where application_name like 'marketdesk%'",
      );
    await expect
      .poll(async () => [...new Set((await open()).map(({ name }) => name))].toSorted())
      .toEqual(
        expect.arrayContaining([
          "marketdesk changes",
          "marketdesk desk",
          "marketdesk jobs",
          "marketdesk liveness",
          "marketdesk settling",
        ]),
      );
    expect((await open()).filter(({ ssl }) => !ssl)).toEqual([]);
  } finally {
    await app.stop();
    await sandbox.stop();
  }
});

describe("C3 (86): a refused start", () => {
  const reason = async (url: string) => {
    const error = await migrate(url).then(
      () => null,
      (problem: unknown) => problem,
    );
    return error instanceof Error ? error.message : "accepted";
  };

  test("explains how to fix the connection", async () => {
    await serve({ hosts: ["localhost"] }, stranger);
    expect(await reason(urlAt("localhost", postgres.port, { sslmode: "require" }))).toContain(
      "sslrootcert=FILE in DATABASE_URL",
    );
    await serve({ hosts: ["db.contoso.com"] });
    expect(
      await reason(urlAt("localhost", postgres.port, { sslmode: "verify-full", ...trustedAuthority() })),
    ).toContain("is for another host");
    await serve({ hosts: ["localhost"], days: [-30, -1] });
    expect(
      await reason(urlAt("localhost", postgres.port, { sslmode: "verify-full", ...trustedAuthority() })),
    ).toContain("CERT_HAS_EXPIRED");
    thief = await startPasswordThief({ tls: null });
    expect(await reason(urlAt("localhost", thief.port, { sslmode: "require" }))).toContain(
      "does not offer TLS, so nothing was sent to it",
    );
    expect(await reason(urlAt("localhost", await freePort(), {}))).toContain("There is no database at localhost:");
    expect(await reason(postgres.urlOf("nowhere"))).toContain('The database "nowhere" does not exist');
    const wrong = new URL(postgres.urlOf("desk"));
    wrong.password = "wrong-password";
    const sentence = await reason(wrong.href);
    expect(sentence).toContain('rejects the user "marketdesk"');
    expect(sentence).not.toContain("wrong-password");
  });
});
