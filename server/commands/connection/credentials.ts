/**
 * When the app's secrets expire. Microsoft offers no call for this, so an admin enters the day, and Marketdesk
 * sends reminders.
 */
import { createHash, X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { eq, sql } from "drizzle-orm";
import { type Day, utcDayOf } from "../../../shared/day.ts";
import type { AppName, CredentialExpiryInput } from "../../../shared/inputs/settings.ts";
import { includesRole } from "../../../shared/roles.ts";
import type { EntraConfig } from "../../config/shape.ts";
import type { Context } from "../../context.ts";
import { actorColumns } from "../../domain/actor.ts";
import { newerChangeInWords } from "../../domain/last-change.ts";
import { announce, record } from "../../database/record/record.ts";
import { credentials } from "../../database/schema/credentials.ts";
import { AppError } from "../../errors.ts";

const names: Record<AppName, string> = { fulfillment: "the fulfillment app", landing: "the landing page app" };

/** Records which credentials this instance uses. A new one clears the expiry date of the previous one. */
export async function recordCredentials(ctx: Pick<Context, "db" | "now">, entra: EntraConfig): Promise<void> {
  const { landing } = entra;
  const used: ({ app: AppName; clientId: string } & Described)[] = [
    { app: "fulfillment", clientId: entra.clientId, ...(await describe(entra.credential)) },
  ];
  if (landing.clientId !== entra.clientId && landing.clientSecret !== null) {
    used.push({ app: "landing", clientId: landing.clientId, ...ofSecret(landing.clientSecret) });
  }
  for (const credential of used) {
    const isSame = sql`${credentials.fingerprint} = excluded.fingerprint and ${credentials.clientId} = excluded.client_id`;
    await ctx.db
      .insert(credentials)
      .values({ ...credential, seenAt: ctx.now() })
      .onConflictDoUpdate({
        target: credentials.app,
        set: {
          clientId: credential.clientId,
          kind: credential.kind,
          fingerprint: credential.fingerprint,
          endsOn: sql`case when ${isSame} then coalesce(excluded.ends_on, ${credentials.endsOn}) else excluded.ends_on end`,
          reportedBy: sql`case when ${isSame} then ${credentials.reportedBy} end`,
          seenAt: ctx.now(),
        },
      });
  }
}

type Described = { kind: "secret" | "certificate"; fingerprint: string; endsOn: Day | null };

/** Half a hash is enough to tell secrets apart. */
function ofSecret(secret: string): Described {
  const fingerprint = createHash("sha256").update(secret).digest("hex").slice(0, 32);
  return { kind: "secret", fingerprint, endsOn: null };
}

async function describe(credential: EntraConfig["credential"]): Promise<Described> {
  if ("secret" in credential) return ofSecret(credential.secret);
  const certificate = new X509Certificate(await readFile(credential.certificateFile));
  return {
    kind: "certificate",
    fingerprint: certificate.fingerprint256,
    endsOn: utcDayOf(new Date(certificate.validTo)),
  };
}

/**
 * An admin enters when an app's secret expires; null if unknown.
 * @throws AppError `Forbidden` unless admin, `NotFound`, `NotAllowedNow` for a certificate, `Conflict` if a colleague was faster
 */
export async function setCredentialExpiry(ctx: Context, { app, on, seenOn }: CredentialExpiryInput): Promise<void> {
  const { actor } = ctx;
  if (actor.kind !== "staff" || !includesRole(actor.role, "admin")) {
    throw new AppError("Forbidden", "Only an admin can set the expiry date of a secret.");
  }
  await ctx.db.transaction(async (tx) => {
    const [row] = await tx.select().from(credentials).where(eq(credentials.app, app)).for("update");
    if (!row) throw new AppError("NotFound", "This app has no secret of its own.");
    if (row.kind === "certificate") {
      throw new AppError("NotAllowedNow", "The expiry date of a certificate is read from the certificate.");
    }
    if (row.endsOn !== seenOn)
      throw new AppError("Conflict", newerChangeInWords("this date", { byName: row.reportedBy, at: null }));
    const reportedBy = on === null ? null : actorColumns(actor).actorName;
    await tx.update(credentials).set({ endsOn: on, reportedBy }).where(eq(credentials.app, app));
    await record(tx, actor, ctx.now(), [
      {
        kind: "credential.end_told",
        summary:
          on === null
            ? `Expiry date of the secret of ${names[app]} removed`
            : `Expiry date of the secret of ${names[app]} set`,
        before: { endsOn: row.endsOn },
        after: { endsOn: on },
      },
    ]);
    await announce(tx, [{ topic: "need", subscriptionId: null }]);
  });
}
