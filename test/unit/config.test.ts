import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { ConfigError, readConfig } from "../../server/config.ts";
import { settings } from "../../server/settings.ts";

const entra = {
  ENTRA_TENANT_ID: "0A1B2C3D-0000-4000-8000-000000000001",
  ENTRA_CLIENT_ID: "0a1b2c3d-0000-4000-8000-000000000002",
  ENTRA_CLIENT_SECRET: "a secret",
};
const production = {
  ...entra,
  NODE_ENV: "production",
  DATABASE_URL: "postgres://user:pass@db:5432/marketdesk",
  SESSION_SECRET: "0123456789abcdef0123456789abcdef",
};

function refusal(env: Record<string, string | undefined>): string {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return "accepted";
}

const folder = mkdtempSync(join(tmpdir(), "marketdesk-config-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe("readConfig", () => {
  test("has a default for everything outside production", () => {
    expect(readConfig({})).toEqual({
      isProduction: false,
      host: "127.0.0.1",
      port: 3000,
      publicUrl: "http://localhost:3000",
      trustedProxies: [],
      allowedHosts: [],
      databaseUrl: null,
      dataDir: resolve(".data"),
      entra: null,
      marketplaceApiUrl: null,
      recordAnchorFile: null,
      sessionSecret: null,
      sandboxPort: 3900,
      logLevel: "info",
    });
  });

  test("takes a blank value for unset", () => {
    const blank = Object.fromEntries(Object.keys(settings).map((name) => [name, "  "]));
    expect(readConfig(blank)).toEqual(readConfig({}));
  });

  test("reads a full set for production", () => {
    const config = readConfig({
      ...production,
      PUBLIC_URL: "https://desk.contoso.com/",
      PORT: "8080",
      DATA_DIR: "/srv/md",
    });
    expect(config).toMatchObject({
      isProduction: true,
      port: 8080,
      publicUrl: "https://desk.contoso.com",
      databaseUrl: production.DATABASE_URL,
      dataDir: "/srv/md",
      entra: {
        authority: "https://login.microsoftonline.com",
        tenantId: "0a1b2c3d-0000-4000-8000-000000000001",
        credential: { secret: "a secret" },
        landing: { clientId: entra.ENTRA_CLIENT_ID, clientSecret: null },
      },
    });
  });

  test("takes the default public address from the port", () => {
    expect(readConfig({ PORT: "4000" }).publicUrl).toBe("http://localhost:4000");
  });

  test.each(["abc", "-1", "65536", "3000.5", "1e3", "0x10", "999999"])("refuses the port %s", (PORT) => {
    expect(refusal({ PORT })).toBe(`PORT must be a whole number from 0 to 65535 (it is "${PORT}").`);
  });

  test.each(["0", "65535"])("takes the port %s", (PORT) => {
    expect(readConfig({ PORT, SANDBOX_PORT: PORT === "0" ? PORT : "3900" }).port).toBe(Number(PORT));
  });

  test("refuses the same port for app and sandbox", () => {
    expect(refusal({ PORT: "3900" })).toBe("SANDBOX_PORT must differ from PORT (both are 3900): set another one.");
    expect(refusal({ ...entra, PORT: "3900" })).toBe("accepted");
  });

  test.each([
    ["desk.contoso.com", "PUBLIC_URL must be an address that starts with https:// or http://"],
    ["ftp://desk.contoso.com", "PUBLIC_URL must be an address that starts with https:// or http://"],
    ["https://desk.contoso.com/app", "PUBLIC_URL must be an address without a path, such as https://desk.contoso.com"],
    ["https://desk.contoso.com?x=1", "PUBLIC_URL must be an address without user name, query or fragment"],
  ])("refuses the public address %s", (PUBLIC_URL, sentence) => {
    expect(refusal({ PUBLIC_URL })).toBe(`${sentence} (it is "${PUBLIC_URL}").`);
  });

  test("takes addresses and networks of trusted proxies, and refuses anything else", () => {
    const proxies = readConfig({ TRUSTED_PROXY: "10.0.0.0/8, 192.0.2.7 ,2001:db8::/32" }).trustedProxies;
    expect(proxies.map(([network, bits]) => `${network}/${bits}`)).toEqual([
      "10.0.0.0/8",
      "192.0.2.7/32",
      "2001:db8::/32",
    ]);
    for (const text of ["proxy.internal", "10.0.0.0/33", "10.0.0.0/8,", "*", "true"]) {
      expect(refusal({ TRUSTED_PROXY: text })).toContain("TRUSTED_PROXY must list IP addresses or networks");
    }
  });

  test.each(["ENTRA_AUTHORITY", "MARKETPLACE_API_URL"])("takes plain http in %s for a loopback host only", (name) => {
    for (const host of ["localhost", "127.0.0.1", "127.1.2.3", "[::1]"]) {
      expect(refusal({ ...entra, [name]: `http://${host}:3900` })).toBe("accepted");
    }
    for (const host of ["contoso.com", "localhost.contoso.com", "127.0.0.1.contoso.com", "10.0.0.1"]) {
      expect(refusal({ ...entra, [name]: `http://${host}` })).toContain(`${name} must start with https://`);
    }
  });

  test("drops the trailing slash of addresses and keeps their path", () => {
    expect(readConfig({ MARKETPLACE_API_URL: "http://localhost:3900/api/" }).marketplaceApiUrl).toBe(
      "http://localhost:3900/api",
    );
  });

  test("names every Entra setting that is missing", () => {
    expect(refusal({ ENTRA_TENANT_ID: entra.ENTRA_TENANT_ID })).toBe(
      "ENTRA_CLIENT_ID and ENTRA_CLIENT_SECRET (or ENTRA_CLIENT_CERTIFICATE_FILE) must be set, because ENTRA_TENANT_ID is set.",
    );
    expect(refusal({ ENTRA_AUTHORITY: "http://localhost:9" })).toContain("ENTRA_TENANT_ID, ENTRA_CLIENT_ID");
    expect(refusal({ ...entra, ENTRA_CLIENT_ID: " " })).toContain("ENTRA_CLIENT_ID must be set");
    expect(refusal({ ...entra, ENTRA_LANDING_CLIENT_ID: entra.ENTRA_CLIENT_ID })).toContain(
      "ENTRA_LANDING_CLIENT_SECRET must be set",
    );
    expect(refusal({ ...entra, ENTRA_LANDING_CLIENT_SECRET: "x" })).toContain("ENTRA_LANDING_CLIENT_ID must be set");
  });

  test.each(["common", "contoso.onmicrosoft.com"])("refuses %s for a tenant", (ENTRA_TENANT_ID) => {
    expect(refusal({ ...entra, ENTRA_TENANT_ID })).toContain("ENTRA_TENANT_ID must be an id such as");
  });

  test("takes a certificate in place of a secret, not beside it", () => {
    const file = join(folder, "app.pem");
    writeFileSync(file, "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n-----BEGIN CERTIFICATE-----\n");
    const landing = { ENTRA_LANDING_CLIENT_ID: entra.ENTRA_CLIENT_ID, ENTRA_LANDING_CLIENT_SECRET: "x" };
    const env = { ...entra, ...landing, ENTRA_CLIENT_SECRET: "", ENTRA_CLIENT_CERTIFICATE_FILE: file };
    expect(readConfig(env).entra?.credential).toEqual({ certificateFile: file });
    expect(refusal({ ...env, ENTRA_CLIENT_SECRET: "x" })).toContain("keep only one of them");
    const alone = { ...env, ENTRA_LANDING_CLIENT_ID: "", ENTRA_LANDING_CLIENT_SECRET: "" };
    expect(readConfig(alone).entra?.landing).toEqual({ clientId: entra.ENTRA_CLIENT_ID, clientSecret: null });
    expect(refusal({ ...env, ENTRA_CLIENT_CERTIFICATE_FILE: join(folder, "none.pem") })).toContain(
      "ENTRA_CLIENT_CERTIFICATE_FILE must name a file that can be read (ENOENT)",
    );
    writeFileSync(file, "-----BEGIN CERTIFICATE-----\n");
    expect(refusal(env)).toContain("ENTRA_CLIENT_CERTIFICATE_FILE must name a PEM file with both");
  });

  test.each(["DATABASE_URL", "SESSION_SECRET", "ENTRA_TENANT_ID", "ENTRA_CLIENT_ID", "ENTRA_CLIENT_SECRET"])(
    "refuses production without %s",
    (name) => {
      expect(refusal({ ...production, [name]: "" })).toContain(name);
    },
  );

  test("names all that production needs in one sentence", () => {
    expect(refusal({ NODE_ENV: "production" })).toBe(
      "DATABASE_URL, SESSION_SECRET, ENTRA_TENANT_ID, ENTRA_CLIENT_ID, and ENTRA_CLIENT_SECRET (or ENTRA_CLIENT_CERTIFICATE_FILE) must be set, because NODE_ENV is production.",
    );
  });

  test("refuses a short session secret and does not repeat it", () => {
    const sentence = refusal({ SESSION_SECRET: "tell-nobody" });
    expect(sentence).toContain("SESSION_SECRET must have at least 32 characters");
    expect(sentence).not.toContain("tell-nobody");
  });

  test("refuses a database that is not PostgreSQL and does not repeat its password", () => {
    const sentence = refusal({ DATABASE_URL: "mysql://u:tell-nobody@h/d" });
    expect(sentence).toBe("DATABASE_URL must be an address such as postgres://user:password@host:5432/database.");
  });

  test("refuses an unknown log level", () => {
    expect(refusal({ LOG_LEVEL: "loud" })).toContain("LOG_LEVEL must be fatal, error");
  });
});
