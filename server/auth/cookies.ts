/** Cookies of sign-in and landing: their names, and sealing what only we may read. */
import { hkdfSync } from "node:crypto";
import type { Context } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import { EncryptJWT, jwtDecrypt } from "jose";

export type CookiePurpose = "staff" | "purchaser" | "staff-sign-in" | "purchaser-sign-in" | "purchase";

export type Cookies = ReturnType<typeof createCookies>;

/**
 * Cookies for one public address. On https they are `__Host-` and Secure. Without TLS (a loopback host) the name ends in the
 * port, because cookies do not tell ports apart and two installations on one machine would overwrite each other's.
 */
export function createCookies(options: { publicUrl: string; secret: string; now: () => Date }) {
  const isHttps = options.publicUrl.startsWith("https:");
  const suffix = isHttps ? "" : `-${new URL(options.publicUrl).port || "80"}`;
  const nameOf = (purpose: CookiePurpose) =>
    `${isHttps ? "__Host-" : ""}marketdesk${purpose === "staff" ? "" : `-${purpose}`}${suffix}`;
  const attributes = { path: "/", httpOnly: true, secure: isHttps, sameSite: "Lax" } as const;

  function set(c: Context, purpose: CookiePurpose, value: string, maxAgeSeconds: number) {
    setCookie(c, nameOf(purpose), value, { ...attributes, maxAge: maxAgeSeconds });
  }

  return {
    nameOf,
    get: (c: Context, purpose: CookiePurpose) => getCookie(c, nameOf(purpose)),
    set,
    remove(c: Context, purpose: CookiePurpose) {
      deleteCookie(c, nameOf(purpose), attributes);
    },
    /** Sets a cookie that only we can read, for so many seconds. */
    async setSealed(c: Context, purpose: CookiePurpose, value: Record<string, unknown>, maxAgeSeconds: number) {
      set(c, purpose, await seal(options.secret, purpose, value, maxAgeSeconds, options.now()), maxAgeSeconds);
    },
    /** What `setSealed` put there; null when absent, altered, expired or sealed for another purpose. */
    async getSealed(c: Context, purpose: CookiePurpose) {
      const text = getCookie(c, nameOf(purpose));
      return text === undefined ? null : unseal(options.secret, purpose, text, options.now());
    },
  };
}

/** Encrypts a value (JWE, `dir`, A256GCM) under a key of its purpose, so that one cookie cannot be passed off as another. */
export async function seal(
  secret: string,
  purpose: string,
  value: Record<string, unknown>,
  maxAgeSeconds: number,
  now: Date,
): Promise<string> {
  const expiresAt = Math.floor(now.getTime() / 1000) + maxAgeSeconds;
  return new EncryptJWT({ value })
    .setProtectedHeader({ alg: "dir", enc: "A256GCM" })
    .setExpirationTime(expiresAt)
    .encrypt(keyFor(secret, purpose));
}

/** The value of a sealed text, or null when it is not one of ours for this purpose or has expired. */
export async function unseal(
  secret: string,
  purpose: string,
  text: string,
  now: Date,
): Promise<Record<string, unknown> | null> {
  try {
    const { payload } = await jwtDecrypt(text, keyFor(secret, purpose), {
      keyManagementAlgorithms: ["dir"],
      contentEncryptionAlgorithms: ["A256GCM"],
      requiredClaims: ["exp"],
      currentDate: now,
    });
    const { value } = payload;
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

function keyFor(secret: string, purpose: string): Uint8Array {
  return new Uint8Array(hkdfSync("sha256", secret, "marketdesk", `cookie ${purpose}`, 32));
}
