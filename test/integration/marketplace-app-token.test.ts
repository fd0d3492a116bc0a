import { X509Certificate } from "node:crypto";
import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { compactVerify, decodeJwt, decodeProtectedHeader } from "jose";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createAppToken, type AppToken } from "../../server/marketplace/app-token.ts";
import { entraAuthority } from "../../server/marketplace/entra-network.ts";
import { AppTokenError } from "../../server/marketplace/errors.ts";
import {
  clientId,
  marketplaceAppId,
  startScriptedEntra,
  tenantId,
  type ScriptedEntra,
} from "../support/scripted-entra.ts";
import { answer, cutConnection, silence, startScriptedServer, type Script } from "../support/scripted-server.ts";

const minute = 60_000;

describe("the access token for the Marketplace", () => {
  let entra: ScriptedEntra;
  let token: AppToken;
  let now: number;
  let issued: number;

  beforeEach(async () => {
    entra = await startScriptedEntra();
    now = Date.now();
    issued = 0;
    entra.state.tokens = issue(3_600);
    token = createAppToken(entra.entra, { now: () => new Date(now) });
  });
  afterEach(() => entra.stop());

  function issue(expiresIn: unknown): Script {
    return (request, response) =>
      answer(200, {
        token_type: "Bearer",
        expires_in: expiresIn,
        ext_expires_in: expiresIn,
        access_token: `token-${++issued}`,
      })(request, response);
  }

  async function failure(): Promise<AppTokenError> {
    const error = await token.get().then(
      () => null,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(AppTokenError);
    return error as AppTokenError;
  }

  test("is requested with client credentials and the Marketplace's scope, over plain http on a loopback host", async () => {
    expect(await token.get()).toBe("token-1");
    const [request] = entra.tokenRequests();
    expect(request!.path.split("?")[0]).toBe(`/${tenantId}/oauth2/v2.0/token`);
    const form = new URLSearchParams(request!.body);
    expect(form.get("grant_type")).toBe("client_credentials");
    expect(form.get("client_id")).toBe(clientId);
    expect(form.get("scope")).toBe(`${marketplaceAppId}/.default`);
    expect(form.get("client_secret")).toBe("a-secret-that-must-not-be-seen");
    expect(entra.requests).toHaveLength(1);
  });

  test("case 17: is requested once by 100 simultaneous callers, and again after its expiry", async () => {
    const first = await Promise.all(Array.from({ length: 100 }, () => token.get()));
    expect(new Set(first)).toEqual(new Set(["token-1"]));
    expect(entra.tokenRequests()).toHaveLength(1);
    now += 60 * minute + 1_000;
    const second = await Promise.all(Array.from({ length: 100 }, () => token.get()));
    expect(new Set(second)).toEqual(new Set(["token-2"]));
    expect(entra.tokenRequests()).toHaveLength(2);
  });

  test.each(["3600", 3600])("case 18: is accepted with expires_in as %j", async (expiresIn) => {
    entra.state.tokens = issue(expiresIn);
    expect(await token.get()).toBe("token-1");
    now += 54 * minute;
    expect(await token.get()).toBe("token-1");
    now += 7 * minute;
    expect(await token.get()).toBe("token-2");
  });

  test("is renewed 5 minutes before it expires, while the old one is still used", async () => {
    await token.get();
    now += 55 * minute + 1_000;
    expect(await token.get()).toBe("token-1");
    await expect.poll(() => issued).toBe(2);
    await expect.poll(() => token.get()).toBe("token-2");
    expect(entra.tokenRequests()).toHaveLength(2);
  });

  test("is used until it expires if Entra is down, which is tried every 10 s", async () => {
    await token.get();
    entra.state.tokens = answer(500);
    now += 56 * minute;
    for (let i = 0; i < 10; i++) expect(await token.get()).toBe("token-1");
    await expect.poll(() => entra.tokenRequests().length).toBe(2);
    for (let i = 0; i < 10; i++) {
      await sleep(10);
      expect(await token.get()).toBe("token-1");
    }
    expect(entra.tokenRequests()).toHaveLength(2);
    now += 11_000;
    expect(await token.get()).toBe("token-1");
    await expect.poll(() => entra.tokenRequests().length).toBe(3);
    now += 5 * minute;
    expect(await failure()).toMatchObject({ isTransient: true });
    entra.state.tokens = issue(3_600);
    expect(await token.get()).toBe("token-2");
  });

  test("is fetched again after it was discarded", async () => {
    await token.get();
    token.forget();
    expect(await token.get()).toBe("token-2");
  });

  test("stays discarded if an older request is still in progress", async () => {
    const good = issue(3_600);
    entra.state.tokens = (request, response) => void setTimeout(() => good(request, response), 300);
    const slow = token.get();
    await expect.poll(() => entra.tokenRequests().length).toBe(1);
    token.forget();
    entra.state.tokens = good;
    expect(await token.get()).toBe("token-1");
    expect(await slow).toBe("token-2");
    expect(await token.get()).toBe("token-1");
  });

  test("is refused with Entra's code and message, and without the secret", async () => {
    entra.state.tokens = answer(401, {
      error: "invalid_client",
      error_description:
        "AADSTS7000215: Invalid client secret provided: a-secret-that-must-not-be-seen. Trace ID: 1f2e Correlation ID: 33",
      error_codes: [7000215],
    });
    const error = await failure();
    expect(error).toMatchObject({ code: "AADSTS7000215", isTransient: false });
    expect(error.message).toContain("AADSTS7000215: Invalid client secret provided");
    expect(error.message).toContain(clientId);
    for (const text of [error.message, String(error.stack), JSON.stringify(error)]) {
      expect(text).not.toContain("a-secret");
      expect(text).not.toContain("Trace ID");
    }
  });

  test.each<[string, Script]>([
    ["500", answer(500, "down")],
    ["429", answer(429, { error: "throttled" })],
    ["HTML", answer(503, "<html>maintenance</html>")],
    ["401 of a proxy", answer(401, "<html>Sign in to the hotel</html>")],
    ["403 of a proxy", answer(403, "<html>Not allowed</html>")],
    ["a cut connection", cutConnection],
    ["a redirect", answer(302, "", { location: "http://localhost:1/" })],
    ["10 MB", answer(200, "x".repeat(10_000_000))],
    ["an empty answer", answer(200, "{}")],
  ])("is requested again by the next call after a temporary failure: %s", async (_name, script) => {
    entra.state.tokens = script;
    expect(await failure()).toMatchObject({ isTransient: true });
    entra.state.tokens = issue(3_600);
    expect(await token.get()).toBe("token-1");
  });

  describe("while Entra asks for a pause", () => {
    const pause = (status: number, seconds: number) =>
      answer(status, { error: "throttled" }, { "retry-after": String(seconds) });

    test.each([429, 503])("(%i) is not requested again, and callers learn when to", async (status) => {
      entra.state.tokens = pause(status, 60);
      for (let i = 0; i < 5; i++) {
        const { isTransient, retryAfterMs } = await failure();
        expect({ isTransient, isWithin: retryAfterMs! > 50_000 && retryAfterMs! <= 60_000 }).toEqual({
          isTransient: true,
          isWithin: true,
        });
      }
      expect(entra.tokenRequests()).toHaveLength(1);
    });

    test("is requested once it has passed", async () => {
      entra.state.tokens = pause(429, 1);
      expect(await failure()).toMatchObject({ retryAfterMs: 1_000 });
      entra.state.tokens = issue(3_600);
      await expect.poll(() => token.get().catch(() => null), { timeout: 5_000 }).toBe("token-1");
      expect(entra.tokenRequests()).toHaveLength(2);
    });

    test("is used until it expires, and not renewed earlier than asked", async () => {
      await token.get();
      entra.state.tokens = pause(429, 60);
      now += 56 * minute;
      expect(await token.get()).toBe("token-1");
      await expect.poll(() => entra.tokenRequests().length).toBe(2);
      now += 30_000;
      expect(await token.get()).toBe("token-1");
      now += 4 * minute;
      expect((await failure()).retryAfterMs).toBeGreaterThan(50_000);
      expect(entra.tokenRequests()).toHaveLength(2);
    });

    test("is not requested by the probe either, and each attempt still counts as a failure", async () => {
      const failures: (number | null | undefined)[] = [];
      const watch = { token: (error: AppTokenError | null) => void failures.push(error?.retryAfterMs) };
      token = createAppToken(entra.entra, { now: () => new Date(now), watch });
      entra.state.tokens = pause(429, 60);
      await expect(token.renew()).rejects.toThrow(AppTokenError);
      entra.state.tokens = issue(3_600);
      await expect(token.renew()).rejects.toThrow(AppTokenError);
      expect(await failure()).toMatchObject({ reason: "429" });
      expect(failures).toEqual([60_000, expect.any(Number), expect.any(Number)]);
      expect(entra.tokenRequests()).toHaveLength(1);
    });
  });

  describe("a certificate", () => {
    let folder: string;
    let file: string;

    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), "certificate-"));
      file = join(folder, "app.pem");
      await copyFile(new URL("../support/certificate.pem", import.meta.url), file);
      token = createAppToken({ ...entra.entra, credential: { certificateFile: file } });
    });
    afterEach(() => rm(folder, { recursive: true }));

    test("signs the assertion that requests the token", async () => {
      expect(await token.get()).toBe("token-1");
      const form = new URLSearchParams(entra.tokenRequests()[0]!.body);
      expect(form.get("client_secret")).toBeNull();
      const assertion = form.get("client_assertion")!;
      const certificate = new X509Certificate(await readFile(file));
      await compactVerify(assertion, certificate.publicKey);
      expect(decodeJwt(assertion)).toMatchObject({ iss: clientId, sub: clientId });
      const thumbprint = Buffer.from(certificate.fingerprint256.replaceAll(":", ""), "hex").toString("base64url");
      expect(decodeProtectedHeader(assertion)["x5t#S256"]).toBe(thumbprint);
    });

    test.each(["", "no PEM", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"])(
      "file with %j is refused with a message that names the setting",
      async (text) => {
        await writeFile(file, text);
        const error = await failure();
        expect(error).toMatchObject({ isTransient: false });
        expect(error.message).toContain("ENTRA_CLIENT_CERTIFICATE_FILE");
        expect(entra.tokenRequests()).toHaveLength(0);
      },
    );

    test("file with a broken certificate next to its key is refused with a message", async () => {
      await writeFile(file, (await readFile(file, "utf8")).replace(/(BEGIN CERTIFICATE-----\n)MII/, "$1AAA"));
      expect((await failure()).message).toContain("ENTRA_CLIENT_CERTIFICATE_FILE");
    });

    test("file that is missing is reported with a message", async () => {
      await rm(file);
      expect((await failure()).message).toContain(file);
    });
  });
});

describe("an Entra authority", () => {
  test.each(["http://login.example.com", "http://localhost.example.com", "ftp://localhost"])(
    "%s is refused",
    (authority) => expect(() => entraAuthority(authority)).toThrow("must be https"),
  );

  test("over http on a loopback host is https for msal, and http for the request", () => {
    const network = entraAuthority("http://localhost:3900");
    expect(network.msalAuthority).toBe("https://localhost:3900");
    expect(network.rewriteUrl("https://localhost:3900/t/oauth2?a=1")).toBe("http://localhost:3900/t/oauth2?a=1");
    expect(network.rewriteUrl("https://elsewhere.example/x")).toBe("https://elsewhere.example/x");
  });

  test("that does not respond ends a request at its deadline", async () => {
    const server = await startScriptedServer();
    server.always(silence);
    const { networkClient } = entraAuthority(server.url);
    await expect(networkClient.sendGetRequestAsync(`https://${new URL(server.url).host}/x`, {}, 100)).rejects.toThrow(
      "timeout",
    );
    await server.stop();
  });

  test("of Microsoft is unchanged", () => {
    const network = entraAuthority("https://login.microsoftonline.com");
    expect(network.rewriteUrl("https://login.microsoftonline.com/t/x")).toBe("https://login.microsoftonline.com/t/x");
    expect(network.authOptions("common")).toEqual({
      authority: "https://login.microsoftonline.com/common",
      knownAuthorities: ["login.microsoftonline.com"],
    });
  });
});
