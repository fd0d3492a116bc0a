/** Sign-in and landing over real HTTP, on a database of their own, with the sandbox as Microsoft. */
import { setTimeout as sleep } from "node:timers/promises";
import { serve } from "@hono/node-server";
import type { ServerType } from "@hono/node-server";
import { ne } from "drizzle-orm";
import { Hono } from "hono";
import { createCookies } from "../../server/auth/cookies.ts";
import { createEntraApp } from "../../server/auth/entra-app.ts";
import { createSessions } from "../../server/auth/sessions.ts";
import { createStaffRecheck } from "../../server/auth/staff-recheck.ts";
import {
  awaitVisit,
  continueAwaitedVisits,
  forgetVisit,
  isVisitAwaited,
} from "../../server/commands/purchases/await-visit.ts";
import { settleOperation } from "../../server/commands/operations/settle-operation.ts";
import { createDatabase } from "../../server/database/connection/database.ts";
import { operations } from "../../server/database/schema/operations.ts";
import { AppError } from "../../server/errors.ts";
import { createLog } from "../../server/log.ts";
import { createLandingRoutes } from "../../server/http/landing.ts";
import { createTokenSigner } from "../../server/commands/signing-keys/sign-token.ts";
import { createJwksRoutes } from "../../server/http/jwks.ts";
import { createLimits } from "../../server/http/limits/limits.ts";
import { recordLostAccess } from "../../server/commands/settings/end-staff-access.ts";
import { createPurchases } from "../../server/http/purchases.ts";
import { securityHeaders } from "../../server/http/security.ts";
import { createSignInRoutes } from "../../server/http/sign-in.ts";
import { signInPaths } from "../../server/http/sign-in-paths.ts";
import { createAppToken } from "../../server/marketplace/app-token.ts";
import { createMarketplace } from "../../server/marketplace/client.ts";
import { startSandbox } from "../../sandbox/sandbox.ts";
import type { Settings } from "../../sandbox/model.ts";
import { createTestDatabase, longTimeouts } from "./database.ts";
import { changeUntilTestEnds } from "./sandbox-settings.ts";

export type PurchaserSite = Awaited<ReturnType<typeof startPurchaserSite>>;

const cookieSecret = "the secret of a test's installation";

export async function startPurchaserSite() {
  const database = await createTestDatabase();
  const logLines: string[] = [];
  const log = createLog({ level: "debug" }, { write: (line) => void logLines.push(line) });
  const connection = createDatabase({ url: database.url, name: "test", max: 5, ...longTimeouts, log });
  const { db } = connection;
  const clock = { aheadMs: 0, aheadOfEntraMs: 0 };
  const resolvedTokens: string[] = [];
  const now = () => new Date(Date.now() + clock.aheadMs);

  const app = new Hono();
  const { server, port } = await listen(app);
  const publicUrl = `http://localhost:${port}`;
  const sandbox = await startSandbox({
    port: 0,
    landingUrl: `${publicUrl}/landing`,
    webhookUrl: `${publicUrl}/webhooks/marketplace`,
    stateFile: null,
    sample: false,
  });

  const token = createAppToken(sandbox.entra);
  const marketplace = createMarketplace({
    baseUrl: sandbox.marketplaceApiUrl,
    getToken: () => token.get(),
    forgetToken: () => token.forget(),
  });
  const purchases = createPurchases({ db, marketplace, now, log });
  // Entra's tokens use real time.
  const entraNow = () => new Date(Date.now() + clock.aheadOfEntraMs);
  const deps = { db, config: { publicUrl }, entra: sandbox.entra, cookieSecret, now, entraNow, log };
  const signing = { db, now: entraNow, secret: cookieSecret };
  const visits = { db, now, secret: cookieSecret };
  const redirectUri = `${publicUrl}${signInPaths.staff.callback}`;
  const entraApp = createEntraApp({ entra: sandbox.entra, audience: "staff", redirectUri, now: entraNow });
  const onAccessLost = (person: { tenantId: string; objectId: string }) =>
    recordLostAccess({ db, marketplace, now, log }, person);
  const staffRecheck = createStaffRecheck({ db, entraApp, onAccessLost, secret: cookieSecret, now, log });
  app.use(securityHeaders({ publicUrl, authority: sandbox.entra.authority }));
  app.route("/", createJwksRoutes(signing));
  app.route("/", createSignInRoutes(deps));
  app.route(
    "/",
    createLandingRoutes({
      ...deps,
      sign: createTokenSigner({ ...signing, issuer: publicUrl, log }),
      limits: createLimits(),
      purchases: {
        ...purchases,
        resolve(visitor, purchaseToken) {
          resolvedTokens.push(purchaseToken);
          return purchases.resolve(visitor, purchaseToken);
        },
      },
      awaited: {
        keep: (visit) => awaitVisit(visits, visit),
        has: (visit) => isVisitAwaited(visits, visit),
        forget: (visit) => forgetVisit(visits, visit),
      },
    }),
  );
  const cookies = createCookies({ publicUrl, secret: cookieSecret, now });
  const sessions = createSessions({ db, cookies, now });
  app.get("/", async (c) => c.json(await sessions.readStaff(c)));
  app.get("/recheck", async (c) => {
    try {
      return c.text(await staffRecheck.checkNow(sessions.staffSessionId(c)));
    } catch (error) {
      if (error instanceof AppError) return c.text(`${error.code}: ${error.message}`, 403);
      throw error;
    }
  });
  app.get("/stream", async (c) => c.json(await sessions.readStaff(c, { isSeen: false })));

  async function control<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
    const response = await fetch(`${sandbox.url}/control${path}`, {
      method,
      ...(body === undefined ? {} : { headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} /control${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as Answer;
  }

  return {
    url: publicUrl,
    cookieNames: { staff: cookies.nameOf("staff"), purchaser: cookies.nameOf("purchaser") },
    sandbox,
    db,
    clock,
    logLines,
    /** The purchase tokens that were passed to Resolve. */
    resolvedTokens,
    control,
    /** Changes settings of the sandbox until the test has ended. */
    changeSettings: (changed: Partial<Settings>) =>
      changeUntilTestEnds((act, body) => control(body ? "POST" : "GET", `/${act}`, body), changed),
    /** What the job does every minute. */
    recheckStaff: staffRecheck.checkDue,
    /** What the job does every minute. */
    continueAwaitedVisits: () =>
      continueAwaitedVisits({
        db,
        marketplace,
        now,
        log,
        secret: cookieSecret,
        actor: { kind: "system", name: "Marketdesk" },
      }),
    secret: cookieSecret,
    /** Does the work of the jobs until all operations are settled. */
    async settle() {
      const context = { db, marketplace, now, log, actor: { kind: "system", name: "test" } } as const;
      for (;;) {
        const open = await db.select({ id: operations.id }).from(operations).where(ne(operations.stage, "settled"));
        if (open.length === 0) return;
        for (const { id } of open) await settleOperation(context, id);
        await sleep(50);
      }
    },
    async stop() {
      await new Promise((resolve) => void server.close(resolve));
      await sandbox.stop();
      await connection.close();
      await database.drop();
    },
  };
}

function listen(app: Hono): Promise<{ server: ServerType; port: number }> {
  return new Promise((resolve) => {
    const server = serve({ fetch: app.fetch, hostname: "127.0.0.1", port: 0 }, ({ port }) => resolve({ server, port }));
  });
}
