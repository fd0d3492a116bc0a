/**
 * Checks signed-in staff with Entra again, without their browser, so that a removed role or a disabled account
 * takes effect before the next sign-in.
 */
import type { Logger } from "pino";
import { highestRole, type Role } from "../../shared/roles.ts";
import { sessionLimits } from "../../shared/session-limits.ts";
import type { Database } from "../database/connection/database.ts";
import {
  claimDueRechecks,
  confirmStaff,
  endUnconfirmed,
  findStaffGrant,
  type StaffGrant,
} from "../database/writes/staff-confirmations.ts";
import { AppError } from "../errors.ts";
import { seal, unseal } from "../sealing.ts";
import type { EntraApp } from "./entra-app.ts";
import { SignInRefused } from "./id-token.ts";

/** How many sessions are claimed and checked at the same time. */
const batchSize = 20;
const concurrency = 4;
/** Entra answers sooner. A process that stood still for longer would undo what others have learned since. */
const maxAnswerMs = 30_000;

type Answer = { role: Role } | "ended" | "unreachable";

export type StaffRecheck = ReturnType<typeof createStaffRecheck>;

export function createStaffRecheck(options: {
  db: Database;
  entraApp: Pick<EntraApp, "refresh">;
  secret: string;
  now: () => Date;
  /** Ends the person's sessions, and what depends on their access. */
  onAccessLost: (person: { tenantId: string; objectId: string }) => Promise<void>;
  log: Logger;
}) {
  const { db, entraApp, secret, now, onAccessLost, log } = options;

  async function recheck(session: StaffGrant): Promise<Answer> {
    const { id, tenantId, objectId } = session;
    try {
      const grant = await unsealGrant(secret, session.entraGrant, now());
      if (grant === null) throw new SignInRefused("no-refresh-token");
      const signedIn = await refresh(grant);
      const { identity } = signedIn;
      if (identity.tenantId !== tenantId || identity.objectId !== objectId) throw new SignInRefused("another-person");
      const role = highestRole(identity.roles);
      if (role === null) {
        await onAccessLost({ tenantId, objectId });
        log.info({ objectId, reason: "no-role" }, "staff sessions ended: Entra no longer gives a role");
        return "ended";
      }
      const entraGrant = await sealGrant(secret, signedIn.grant, now());
      await confirmStaff(db, id, { ...identity, role, entraGrant }, now());
      return { role };
    } catch (error) {
      if (error instanceof SignInRefused) {
        if (error.hasLostAccess) await onAccessLost({ tenantId, objectId });
        else await endUnconfirmed(db, session, now());
        log.info({ objectId, reason: error.reason }, "staff session ended: Entra no longer confirms the account");
        return "ended";
      }
      const { name } = error instanceof Error ? error : { name: "unknown" };
      log.warn({ objectId, name }, "Entra could not confirm a staff session; retrying in a minute");
      return "unreachable";
    }
  }

  /** @throws what Entra's answer means, or an error if the answer is not current */
  async function refresh(grant: string) {
    const endsAt = performance.now() + maxAnswerMs;
    const [answer] = await Promise.allSettled([entraApp.refresh(grant)]);
    if (performance.now() >= endsAt) throw new Error("Entra's answer is too old.");
    if (answer.status === "rejected") throw answer.reason;
    return answer.value;
  }

  return {
    /**
     * The current role of a signed-in staff member in Entra. For actions that cannot be undone.
     * @throws AppError `Unauthenticated` if the account may no longer sign in; `Unavailable` if Entra does not
     * respond
     */
    async checkNow(sessionId: string | null): Promise<Role> {
      const session = sessionId === null ? null : await findStaffGrant(db, sessionId, now());
      const answer = session === null ? "ended" : await recheck(session);
      if (answer === "ended")
        throw new AppError("Unauthenticated", "Microsoft no longer confirms your sign-in. Sign in again.");
      if (answer === "unreachable")
        throw new AppError(
          "Unavailable",
          "Microsoft Entra could not confirm your role, so nothing was changed. Try again in a minute.",
        );
      return answer.role;
    },

    /** Checks all sessions that are due. Stops early if Entra does not respond. */
    async checkDue(): Promise<void> {
      for (;;) {
        const sessions = await claimDueRechecks(db, now(), batchSize);
        for (let at = 0; at < sessions.length; at += concurrency) {
          const answers = await Promise.all(sessions.slice(at, at + concurrency).map(recheck));
          if (answers.includes("unreachable")) return;
        }
        if (sessions.length < batchSize) return;
      }
    },
  };
}

const purpose = "staff-grant";

/** Encrypts the grant for checking with Entra again, for the session's row. */
export async function sealGrant(secret: string, grant: string | null, now: Date): Promise<string | null> {
  return grant === null ? null : seal(secret, purpose, { grant }, sessionLimits.absoluteMs / 1_000, now);
}

async function unsealGrant(secret: string, sealed: string | null, now: Date): Promise<string | null> {
  const grant = sealed === null ? null : (await unseal(secret, purpose, sealed, now))?.["grant"];
  return typeof grant === "string" ? grant : null;
}
