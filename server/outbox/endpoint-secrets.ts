/** Secrets of endpoints: encrypted at rest, and opened only to sign. */
import type { EndpointTarget } from "../database/queries/endpoints.ts";
import { seal, unseal } from "../sealing.ts";

const purpose = "endpoint secret";

export type EndpointSecrets = ReturnType<typeof createEndpointSecrets>;

/** @param key the installation's secret */
export function createEndpointSecrets(key: string) {
  async function openOne(sealed: string, now: Date): Promise<string | null> {
    const value = await unseal(key, purpose, sealed, now, { isForever: true });
    return typeof value?.["secret"] === "string" ? value["secret"] : null;
  }
  return {
    seal: (secret: string, now: Date) => seal(key, purpose, { secret }, null, now),
    /** The secrets that sign now, the newest first; null if they cannot be read. */
    async open(target: Pick<EndpointTarget, "secret" | "previousSecret" | "previousSecretEndsAt">, now: Date) {
      const secret = target.secret === null ? null : await openOne(target.secret, now);
      if (secret === null) return null;
      const isOverlap = target.previousSecretEndsAt !== null && target.previousSecretEndsAt > now;
      const previous = isOverlap && target.previousSecret ? await openOne(target.previousSecret, now) : null;
      return previous === null ? [secret] : [secret, previous];
    },
  };
}
