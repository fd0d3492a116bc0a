import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { readConfig } from "../../server/config.ts";
import { ConfigError } from "../../server/config/config-error.ts";
import { secretSettings } from "../../server/config/secret-files.ts";
import { readDatabaseAddress } from "../../server/database/connection/address.ts";
import { settings } from "../../server/settings.ts";

const entra = {
  ENTRA_TENANT_ID: "0A1B2C3D-0000-4000-8000-000000000001",
  ENTRA_CLIENT_ID: "0a1b2c3d-0000-4000-8000-000000000002",
  ENTRA_CLIENT_SECRET: "pQ8~mfJx2vKd7TgZc0RwYb4sNh6LaE1uXoVtHi9y",
};
const production = {
  ...entra,
  NODE_ENV: "production",
  DATABASE_URL: "postgres://user:vT4wQz9sLk@db:5432/marketdesk",
  SESSION_SECRET: "fJ0n7QbYx2Rk9sTzPq4mWc6LdVg1HaUe",
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
  test("has defaults for all settings outside production", () => {
    expect(readConfig({})).toEqual({
      isProduction: false,
      host: "127.0.0.1",
      port: 3000,
      publicUrl: "http://localhost:3000",
      trustedProxies: [],
      allowedHosts: [],
      outgoingLocalHosts: ["localhost", "127.0.0.1", "::1"],
      metricsToken: null,
      databaseUrl: null,
      dataDir: resolve(".data"),
      entra: null,
      marketplaceApiUrl: null,
      recordAnchorFile: null,
      mail: null,
      sessionSecret: null,
      sandboxPort: 3900,
      logLevel: "info",
    });
  });

  test("treats a blank value as unset", () => {
    const blank = Object.fromEntries(Object.keys(settings).map((name) => [name, "  "]));
    expect(readConfig(blank)).toEqual(readConfig({}));
  });

  test("reads a complete configuration for production", () => {
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
        credential: { secret: entra.ENTRA_CLIENT_SECRET },
        landing: { clientId: entra.ENTRA_CLIENT_ID, clientSecret: null },
      },
    });
  });

  test("derives the default public address from the port", () => {
    expect(readConfig({ PORT: "4000" }).publicUrl).toBe("http://localhost:4000");
  });

  test.each(["abc", "-1", "65536", "3000.5", "1e3", "0x10", "999999"])("refuses the port %s", (PORT) => {
    expect(refusal({ PORT })).toBe(`PORT must be a whole number from 0 to 65535 (it is "${PORT}").`);
  });

  test.each(["0", "65535"])("accepts the port %s", (PORT) => {
    expect(readConfig({ PORT, SANDBOX_PORT: PORT === "0" ? PORT : "3900" }).port).toBe(Number(PORT));
  });

  test("refuses the same port for the app and the sandbox", () => {
    expect(refusal({ PORT: "3900" })).toBe("SANDBOX_PORT must differ from PORT (both are 3900): set another port.");
    expect(refusal({ ...entra, PORT: "3900" })).toBe("accepted");
  });

  test.each([
    ["desk.contoso.com", "PUBLIC_URL must be an address that starts with https:// or http://"],
    ["ftp://desk.contoso.com", "PUBLIC_URL must be an address that starts with https:// or http://"],
    ["https://desk.contoso.com/app", "PUBLIC_URL must be an address without a path, such as https://desk.contoso.com"],
    ["https://desk.contoso.com?x=1", "PUBLIC_URL must be an address without a user name, query or fragment"],
  ])("refuses the public address %s", (PUBLIC_URL, sentence) => {
    expect(refusal({ PUBLIC_URL })).toBe(`${sentence} (it is "${PUBLIC_URL}").`);
  });

  test("accepts addresses and networks of trusted proxies, and refuses anything else", () => {
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

  test.each(["0.0.0.0/0", "10.0.0.0/8, ::/0", "192.0.2.7/0"])("refuses to trust everyone as a proxy: %s", (text) => {
    expect(refusal({ TRUSTED_PROXY: text })).toContain("TRUSTED_PROXY must not name all addresses");
  });

  test.each(["127.0.0.1:3000", "localhost:3000", "[::1]:3000", "::1:x"])("refuses the host %s", (HOST) => {
    expect(refusal({ HOST })).toContain("HOST must be a host name or an IP address without a port");
  });

  test("refuses a short metrics token and does not repeat it", () => {
    expect(readConfig({ METRICS_TOKEN: "a-token-for-prometheus" }).metricsToken).toBe("a-token-for-prometheus");
    expect(refusal({ METRICS_TOKEN: "short" })).toBe("METRICS_TOKEN must have at least 16 characters and no spaces.");
  });

  test.each(["ENTRA_AUTHORITY", "MARKETPLACE_API_URL", "GRAPH_URL"])(
    "accepts plain http in %s only for a loopback host",
    (name) => {
      for (const host of ["localhost", "127.0.0.1", "127.1.2.3", "[::1]"]) {
        expect(refusal({ ...entra, [name]: `http://${host}:3900` })).toBe("accepted");
      }
      for (const host of ["contoso.com", "localhost.contoso.com", "127.0.0.1.contoso.com", "10.0.0.1"]) {
        expect(refusal({ ...entra, [name]: `http://${host}` })).toContain(`${name} must start with https://`);
      }
    },
  );

  test("removes the trailing slash of addresses and keeps their path", () => {
    expect(readConfig({ MARKETPLACE_API_URL: "http://localhost:3900/api/" }).marketplaceApiUrl).toBe(
      "http://localhost:3900/api",
    );
  });

  test("names all missing Entra settings", () => {
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

  test.each(["common", "contoso.onmicrosoft.com"])("refuses %s as a tenant", (ENTRA_TENANT_ID) => {
    expect(refusal({ ...entra, ENTRA_TENANT_ID })).toContain("ENTRA_TENANT_ID must be an ID such as");
  });

  test("accepts a certificate instead of a secret, but not both", () => {
    const file = join(folder, "app.pem");
    writeFileSync(file, "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n-----BEGIN CERTIFICATE-----\n");
    const landing = { ENTRA_LANDING_CLIENT_ID: entra.ENTRA_CLIENT_ID, ENTRA_LANDING_CLIENT_SECRET: "x" };
    const env = { ...entra, ...landing, ENTRA_CLIENT_SECRET: "", ENTRA_CLIENT_CERTIFICATE_FILE: file };
    expect(readConfig(env).entra?.credential).toEqual({ certificateFile: file });
    expect(refusal({ ...env, ENTRA_CLIENT_SECRET: "x" })).toContain("keep only one");
    const alone = { ...env, ENTRA_LANDING_CLIENT_ID: "", ENTRA_LANDING_CLIENT_SECRET: "" };
    expect(readConfig(alone).entra?.landing).toEqual({ clientId: entra.ENTRA_CLIENT_ID, clientSecret: null });
    expect(refusal({ ...env, ENTRA_CLIENT_CERTIFICATE_FILE: join(folder, "none.pem") })).toContain(
      "ENTRA_CLIENT_CERTIFICATE_FILE must name a readable file (ENOENT)",
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

  test("names all settings that production needs in one sentence", () => {
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

describe("C19 (83): reachable from other machines", () => {
  const outside = { ...production, PUBLIC_URL: "https://desk.contoso.com", HOST: "0.0.0.0" };

  test("production starts with real settings", () => {
    expect(refusal(outside)).toBe("accepted");
  });

  test.each([
    { HOST: "0.0.0.0" },
    { HOST: "::" },
    { HOST: "0" },
    { HOST: "192.168.1.20" },
    { HOST: "desk.contoso.com" },
    { PUBLIC_URL: "https://desk.contoso.com" },
    { PUBLIC_URL: "http://10.0.0.5:3000" },
    { HOST: "0.0.0.0", NODE_ENV: "development" },
    { ...entra, HOST: "0.0.0.0" },
  ])("%j is refused, because NODE_ENV is not production", (env) => {
    expect(refusal(env)).toMatch(
      /^(HOST|PUBLIC_URL) is ".+", so other machines could reach the app.*NODE_ENV=production/,
    );
  });

  test.each(["127.0.0.1", "127.0.0.9", "::1", "localhost"])("the sandbox never is, because it stays on %s", (HOST) => {
    expect(refusal({ HOST, NODE_ENV: "development" })).toBe("accepted");
  });

  test.each(["prod", "Production", "staging", "live"])("NODE_ENV=%s is refused", (NODE_ENV) => {
    expect(refusal({ ...outside, NODE_ENV })).toBe(
      `NODE_ENV must be production, development, test or unset (it is "${NODE_ENV}").`,
    );
  });

  test("plain http is refused in production, except on this machine", () => {
    expect(refusal({ ...outside, PUBLIC_URL: "http://desk.contoso.com" })).toContain(
      "PUBLIC_URL must start with https://",
    );
    expect(refusal({ ...outside, PUBLIC_URL: "http://10.0.0.5:3000" })).toContain(
      "PUBLIC_URL must start with https://",
    );
    expect(refusal({ ...production, PUBLIC_URL: "http://localhost:3000" })).toBe("accepted");
  });

  test("a production app without its public address is refused", () => {
    expect(refusal({ ...production, HOST: "0.0.0.0" })).toContain('PUBLIC_URL must be set, because HOST is "0.0.0.0"');
  });

  test.each([
    ["0.0.0.0", "http://localhost:3000"],
    ["::", "http://127.0.0.1:3000"],
    ["192.168.1.20", "http://[::1]"],
    ["0.0.0.0", "https://localhost"],
  ])("a production app on %s is refused while its address is %s", (HOST, PUBLIC_URL) => {
    expect(refusal({ ...production, HOST, PUBLIC_URL })).toContain("which only this machine reaches, but HOST is");
  });

  test.each([
    "a".repeat(32),
    "ab".repeat(20),
    "0123456789abcdef0123456789abcdef",
    "abcdefghijklmnopqrstuvwxyzabcdefghijkl",
    "passwordpasswordpasswordpassword",
    "changeme-changeme-changeme-12345",
    "11111111112222222222333333333344",
  ])("the session secret %s is refused in production and not repeated", (SESSION_SECRET) => {
    const sentence = refusal({ ...outside, SESSION_SECRET });
    expect(sentence).toContain("SESSION_SECRET is easy to guess");
    expect(sentence).not.toContain(SESSION_SECRET);
  });

  test("random session secrets of all usual alphabets are accepted", () => {
    for (const encoding of ["hex", "base64", "base64url"] as const) {
      for (let round = 0; round < 200; round += 1) {
        expect(refusal({ ...outside, SESSION_SECRET: randomBytes(24).toString(encoding) })).toBe("accepted");
      }
    }
  });

  test.each([
    "changeme",
    "your-client-secret-goes-here",
    "sandbox-fulfillment-secret",
    "xxxxxxxxxxxxxxxxxxxx",
    "<client secret>",
  ])("%s is refused as a secret of Microsoft Entra ID in production", (secret) => {
    expect(refusal({ ...outside, ENTRA_CLIENT_SECRET: secret })).toContain("ENTRA_CLIENT_SECRET is a placeholder");
    const landing = { ENTRA_LANDING_CLIENT_ID: entra.ENTRA_CLIENT_ID, ENTRA_LANDING_CLIENT_SECRET: secret };
    expect(refusal({ ...outside, ...landing })).toContain("ENTRA_LANDING_CLIENT_SECRET is a placeholder");
    // A sandbox on this machine has such secrets.
    expect(refusal({ ...outside, ENTRA_CLIENT_SECRET: secret, ENTRA_AUTHORITY: "http://localhost:3900" })).toBe(
      "accepted",
    );
  });

  test.each(["postgres:postgres", "marketdesk:marketdesk", "app:password", "app:changeme", "app:admin"])(
    "the database password of %s is refused in production",
    (credentials) => {
      expect(refusal({ ...outside, DATABASE_URL: `postgres://${credentials}@localhost/marketdesk` })).toContain(
        "DATABASE_URL has a password that is easy to guess",
      );
    },
  );
});

describe("C3 (86): the connection to the database", () => {
  const url = (rest: string) => `postgres://app:vT4wQz9sLk@${rest}`;

  test.each([
    "db.contoso.com/desk",
    "10.0.0.5/desk",
    "db.contoso.com/desk?sslmode=require",
    "db/desk?sslmode=verify-ca",
  ])("verifies the server in %s", (rest) => {
    expect(readDatabaseAddress(url(rest)).tls).toMatchObject({ rejectUnauthorized: true });
    expect(refusal({ ...production, DATABASE_URL: url(rest) })).toBe("accepted");
  });

  test.each([
    "localhost/desk",
    "127.0.0.1:5433/desk",
    "[::1]/desk",
    "%2Frun%2Fpostgresql/desk",
    "/desk?host=/run/postgresql",
  ])("needs no TLS for %s, which is on this machine", (rest) => {
    expect(readDatabaseAddress(url(rest))).toMatchObject({ isLocal: true, tls: null });
    expect(refusal({ ...production, DATABASE_URL: url(rest) })).toBe("accepted");
  });

  test("needs TLS to another machine in production, unless the network is declared private", () => {
    const env = { ...production, DATABASE_URL: url("db.contoso.com/desk?sslmode=disable") };
    expect(refusal(env)).toContain("DATABASE_URL turns TLS off (sslmode=disable) for db.contoso.com");
    expect(refusal({ ...env, DATABASE_ALLOW_UNENCRYPTED: "true" })).toBe("accepted");
    expect(refusal({ ...env, NODE_ENV: "" })).toBe("accepted");
    expect(refusal({ DATABASE_ALLOW_UNENCRYPTED: "yes" })).toContain(
      "DATABASE_ALLOW_UNENCRYPTED must be true or false",
    );
  });

  test.each(["prefer", "allow", "no-verify", "REQUIRE"])("refuses sslmode=%s, which does not protect", (mode) => {
    expect(refusal({ DATABASE_URL: url(`localhost/desk?sslmode=${mode}`) })).toBe(
      `DATABASE_URL must have sslmode=verify-full, or sslmode=disable for no TLS; "${mode}" does not protect the connection.`,
    );
  });

  test("refuses parameters that would lead a driver to another address", () => {
    expect(refusal({ DATABASE_URL: url("localhost/desk?host=db.contoso.com") })).toContain("must name the host once");
    expect(refusal({ DATABASE_URL: url("localhost/desk?ssl=true") })).toContain('must not have the parameter "ssl"');
    expect(refusal({ DATABASE_URL: url("localhost/desk?options=-csearch_path%3Dx") })).toContain('parameter "options"');
  });

  test("reads a private certificate authority, and says what is wrong with its file", () => {
    const file = join(folder, "authority.pem");
    writeFileSync(file, "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n");
    expect(readDatabaseAddress(url(`db/desk?sslrootcert=${file}`)).tls?.ca).toContain("BEGIN CERTIFICATE");
    expect(refusal({ DATABASE_URL: url("db/desk?sslrootcert=/no/such.pem") })).toBe(
      "DATABASE_URL must name a readable PEM file with sslrootcert (ENOENT).",
    );
    writeFileSync(file, "no certificate");
    expect(refusal({ DATABASE_URL: url(`db/desk?sslrootcert=${file}`) })).toContain("(no PEM in it)");
  });
});

describe("C21: secrets from files", () => {
  const secrets: Record<string, string> = {
    SESSION_SECRET: production.SESSION_SECRET,
    ENTRA_CLIENT_SECRET: entra.ENTRA_CLIENT_SECRET,
    ENTRA_LANDING_CLIENT_SECRET: "Zk3~wRt8YpLs5mQxVb2NcHf7JdGa0EuTi6OqXrWy",
    METRICS_TOKEN: "a-token-for-prometheus",
    DATABASE_URL: production.DATABASE_URL,
    SMTP_URL: "smtp://user:a-password@mail.example.com:587",
  };
  const files = Object.entries(secrets).map(([name, secret]) => {
    const path = join(folder, name);
    writeFileSync(path, `${secret}\n`);
    return [name, path] as const;
  });
  const env = {
    NODE_ENV: "production",
    ENTRA_TENANT_ID: entra.ENTRA_TENANT_ID,
    ENTRA_CLIENT_ID: entra.ENTRA_CLIENT_ID,
    ENTRA_LANDING_CLIENT_ID: entra.ENTRA_CLIENT_ID,
    MAIL_FROM: "Contoso <subscriptions@contoso.com>",
  };
  const fromFiles = { ...env, ...Object.fromEntries(files.map(([name, path]) => [`${name}_FILE`, path])) };

  test("have the same values as in the environment, without the newline at the end", () => {
    expect(readConfig(fromFiles)).toEqual(readConfig({ ...env, ...secrets }));
  });

  test("are possible for all secret settings", () => {
    expect(secretSettings.toSorted()).toEqual(Object.keys(secrets).toSorted());
  });

  test.each(files)("are refused if %s is also set directly", (name) => {
    expect(refusal({ ...fromFiles, [name]: secrets[name] })).toBe(
      `${name} and ${name}_FILE are both set: keep only one.`,
    );
  });

  test.each(files)("are reported if the file of %s cannot be read", (name) => {
    expect(refusal({ ...fromFiles, [`${name}_FILE`]: "/no/such/file" })).toBe(
      `${name}_FILE names /no/such/file, which cannot be read (ENOENT): check the path and its permissions.`,
    );
    expect(refusal({ ...fromFiles, [`${name}_FILE`]: folder })).toContain("cannot be read (EISDIR)");
  });

  test("cannot be empty, and their content is checked like a setting", () => {
    const path = join(folder, "weak");
    writeFileSync(path, "\n");
    expect(refusal({ ...fromFiles, SESSION_SECRET_FILE: path })).toContain("which is empty");
    writeFileSync(path, `\uFEFF${"a".repeat(40)}\r\n`);
    expect(refusal({ ...fromFiles, SESSION_SECRET_FILE: path })).toContain("SESSION_SECRET is easy to guess");
  });
});

describe("MAIL_FROM", () => {
  const of = (from: string) => ({ SMTP_URL: "smtp://localhost", MAIL_FROM: from });

  test.each(["mail@contoso.com", "Contoso <mail@contoso.com>", "Contoso, Inc. <mail@contoso.com>"])(
    "may be %s",
    (from) => {
      expect(() => readConfig(of(from))).not.toThrow();
    },
  );

  test.each(["Contoso", "mail@contoso", "<mail@contoso.com>", "Contoso mail@contoso.com", "a <b@c.com> d@e.com"])(
    "cannot be %s",
    (from) => {
      expect(refusal(of(from))).toContain("MAIL_FROM must be an address, or a name followed by <address>");
    },
  );
});

describe("emails with Microsoft Graph", () => {
  const graph = { MAIL_TRANSPORT: "graph" };
  const MAIL_FROM = "Contoso <subscriptions@contoso.com>";

  test("need a mailbox, except in the sandbox, and no mail server", () => {
    expect(readConfig(graph).mail).toEqual({ transport: "graph", url: null, from: null });
    expect(readConfig({ ...graph, ...entra, MAIL_FROM }).mail).toEqual({
      transport: "graph",
      url: null,
      from: MAIL_FROM,
    });
    expect(refusal({ ...graph, ...entra })).toBe("MAIL_FROM must be set, because MAIL_TRANSPORT is graph.");
    expect(refusal({ ...graph, MAIL_FROM, SMTP_URL: "smtp://localhost" })).toBe(
      "SMTP_URL is set, but MAIL_TRANSPORT is graph: keep only one.",
    );
  });

  test("are not the default, and are one of two ways", () => {
    expect(readConfig({ SMTP_URL: "smtp://localhost", MAIL_FROM }).mail).toMatchObject({ transport: "smtp" });
    expect(refusal({ MAIL_TRANSPORT: "sendmail" })).toContain("MAIL_TRANSPORT must be smtp or graph");
  });
});
