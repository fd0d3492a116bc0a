/** When the app's secrets end: no call of Microsoft's tells it, so an admin does, and the desk reminds. */
import { createHash, X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { eq, sql } from "drizzle-orm";
import { type Day, utcDayOf } from "../../../shared/day.ts";
import type { AppName, CredentialEndInput } from "../../../shared/inputs.ts";
import { includesRole } from "../../../shared/roles.ts";
import type { EntraConfig } from "../../config/shape.ts";
import type { Context } from "../../context.ts";
import { actorColumns } from "../../domain/actor.ts";
import { announce, record } from "../../database/record/record.ts";
import { credentials } from "../../database/schema/credentials.ts";
import { AppError } from "../../errors.ts";

const names: Record<AppName, string> = { fulfillment: "the fulfillment app", landing: "the landing page's app" };

/** Notes with which credentials this instance works. With a new one the end of the former is forgotten. */
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

/** Half a hash: enough to tell one secret from another. */
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
 * An admin says when the secret of an app ends; null: it is not known.
 *
 * @throws AppError `Forbidden` for other than admins, `NotFound`, `NotAllowedNow` for a certificate
 */
export async function setCredentialEnd(ctx: Context, { app, on }: CredentialEndInput): Promise<void> {
  const { actor } = ctx;
  if (actor.kind !== "staff" || !includesRole(actor.role, "admin")) {
    throw new AppError("Forbidden", "Only an admin can say when a secret ends.");
  }
  await ctx.db.transaction(async (tx) => {
    const [row] = await tx.select().from(credentials).where(eq(credentials.app, app)).for("update");
    if (!row) throw new AppError("NotFound", "This app has no secret of its own.");
    if (row.kind === "certificate") {
      throw new AppError("NotAllowedNow", "The certificate itself says when it ends.");
    }
    const reportedBy = on === null ? null : actorColumns(actor).actorName;
    await tx.update(credentials).set({ endsOn: on, reportedBy }).where(eq(credentials.app, app));
    await record(tx, actor, ctx.now(), [
      {
        kind: "credential.end_told",
        summary:
          on === null
            ? `The end of the secret of ${names[app]} is not known`
            : `The secret of ${names[app]} ends on ${on}`,
        before: { endsOn: row.endsOn },
        after: { endsOn: on },
      },
    ]);
    await announce(tx, [{ topic: "need", subscriptionId: null }]);
  });
}
