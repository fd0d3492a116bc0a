/** Signed-in staff. Sign-in is not measured, so their sessions are written directly, as sign-in writes them. */
import { createHash, randomBytes, randomUUID } from "node:crypto";
import { pino } from "pino";
import { createCookies } from "../../server/auth/cookies.ts";
import { createDatabase } from "../../server/database/connection/database.ts";
import { insertSession } from "../../server/database/writes/session-store.ts";
import { upsertStaff } from "../../server/database/writes/staff-confirmations.ts";

/** The headers of a number of staff, all of them admins. */
export async function signInStaff(
  databaseUrl: string,
  publicUrl: string,
  count = 1,
): Promise<Record<string, string>[]> {
  const log = pino({ level: "silent" });
  const { db, close } = createDatabase({ url: databaseUrl, name: "bench", max: 1, statementTimeoutMs: 30_000, log });
  const now = new Date();
  const cookie = createCookies({ publicUrl, secret: "", now: () => now }).nameOf("staff");
  const signedIn: Record<string, string>[] = [];
  for (let index = 0; index < count; index += 1) {
    const id = randomBytes(32).toString("base64url");
    const person = {
      tenantId: "11111111-0000-4000-8000-000000000000",
      // Of this run: a kept database has sessions of earlier ones, and checking those again ends all of the person's.
      objectId: randomUUID(),
      name: `Staff ${index + 1}`,
      email: `staff-${index + 1}@contoso.example`,
      role: "admin" as const,
    };
    await upsertStaff(db, person, now);
    const hash = createHash("sha256").update(id).digest("hex");
    await insertSession(db, { id: hash, kind: "staff", ...person, data: {} }, now);
    signedIn.push({ cookie: `${cookie}=${id}` });
  }
  await close();
  return signedIn;
}

/** The address of a query. */
export function queryUrl(url: string, procedure: string, input: unknown): string {
  return `${url}/trpc/${procedure}?input=${encodeURIComponent(JSON.stringify(input))}`;
}
