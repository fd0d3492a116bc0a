import { createHash } from "node:crypto";

/** Short text that differs when the value does: what someone saw, to compare with what is stored. */
export function fingerprintOf(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("base64url").slice(0, 22);
}
