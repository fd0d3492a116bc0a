/** Cookies of sign-in and landing: their names, and sealing what only we may read. */
import { hkdfSync, randomBytes } from "node:crypto";
import type { Context } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import { EncryptJWT, jwtDecrypt } from "jose";

/** One for a browser. */
export type CookiePurpose = "staff" | "purchaser";
/** Any number for a browser, told apart by a key: tabs do not overwrite each other's. */
export type KeyedPurpose = "staff-sign-in" | "purchaser-sign-in" | "visit" | "draft";

export type Cookies = ReturnType<typeof createCookies>;

const keyedPurposes: KeyedPurpose[] = ["staff-sign-in", "purchaser-sign-in", "visit", "draft"];
/** Of one purpose; tabs that are open longer than the newest of these have to begin again. */
const maxKeyed = 6;
/** Of all keyed cookies with their names. Many proxies take 8 kB of cookies and no more. */
const maxKeyedBytes = 7_000;

/** A key for a new cookie. Keys sort by the time at which they were made. */
export function newCookieKey(now: Date): string {
  const seconds = Math.floor(now.getTime() / 1_000);
  return `${seconds.toString(36).padStart(7, "0")}${randomBytes(6).toString("hex")}`;
}

export function isCookieKey(text: unknown): text is string {
  return typeof text === "string" && /^[0-9a-z]{19}$/.test(text);
}

/**
 * Cookies for one public address. On https they are `__Host-` and Secure. Without TLS (a loopback host) the name ends in the
 * port, because cookies do not tell ports apart and two installations on one machine would overwrite each other's.
 */
export function createCookies(options: { publicUrl: string; secret: string; now: () => Date }) {
  const isHttps = options.publicUrl.startsWith("https:");
  const suffix = isHttps ? "" : `-${new URL(options.publicUrl).port || "80"}`;
  const base = `${isHttps ? "__Host-" : ""}marketdesk`;
  const nameOf = (purpose: CookiePurpose) => `${base}${purpose === "staff" ? "" : `-${purpose}`}${suffix}`;
  const keyedNameOf = (purpose: KeyedPurpose, key: string) => `${base}-${purpose}-${key}${suffix}`;
  const attributes = { path: "/", httpOnly: true, secure: isHttps, sameSite: "Lax" } as const;

  /** The keyed cookies of a request, newest first. */
  function keyedOf(c: Context) {
    return Object.entries(getCookie(c))
      .flatMap(([name, value]) => {
        const bytes = name.length + value.length;
        for (const purpose of keyedPurposes) {
          const key = name.slice(`${base}-${purpose}-`.length, name.length - suffix.length);
          if (isCookieKey(key) && name === keyedNameOf(purpose, key)) return [{ purpose, key, bytes }];
        }
        return [];
      })
      .sort((one, other) => (one.key < other.key ? 1 : -1));
  }

  /** Removes the oldest ones, so that no browser collects more cookies than a request can carry. */
  function evictOldest(c: Context, purpose: KeyedPurpose, key: string, bytes: number): void {
    let count = 1;
    let total = bytes;
    for (const other of keyedOf(c)) {
      if (other.purpose === purpose && other.key === key) continue;
      const isSame = other.purpose === purpose;
      if ((isSame && count >= maxKeyed) || total + other.bytes > maxKeyedBytes) {
        deleteCookie(c, keyedNameOf(other.purpose, other.key), attributes);
        continue;
      }
      if (isSame) count += 1;
      total += other.bytes;
    }
  }

  return {
    nameOf,
    get: (c: Context, purpose: CookiePurpose) => getCookie(c, nameOf(purpose)),
    set(c: Context, purpose: CookiePurpose, value: string, maxAgeSeconds: number) {
      setCookie(c, nameOf(purpose), value, { ...attributes, maxAge: maxAgeSeconds });
    },
    remove(c: Context, purpose: CookiePurpose) {
      deleteCookie(c, nameOf(purpose), attributes);
    },
    /** Sets a cookie that only we can read, for so many seconds; of its purpose and key. */
    async setSealed(
      c: Context,
      purpose: KeyedPurpose,
      key: string,
      value: Record<string, unknown>,
      maxAgeSeconds: number,
    ) {
      const name = keyedNameOf(purpose, key);
      const sealed = await seal(options.secret, purpose, value, maxAgeSeconds, options.now());
      evictOldest(c, purpose, key, name.length + sealed.length);
      setCookie(c, name, sealed, { ...attributes, maxAge: maxAgeSeconds });
    },
    /** What `setSealed` put there; null when absent, altered, expired or sealed for another purpose. */
    async getSealed(c: Context, purpose: KeyedPurpose, key: string) {
      const text = getCookie(c, keyedNameOf(purpose, key));
      return text === undefined ? null : unseal(options.secret, purpose, text, options.now());
    },
    /** Keys of the request's cookies of a purpose, newest first. */
    keysOf: (c: Context, purpose: KeyedPurpose) =>
      keyedOf(c)
        .filter((cookie) => cookie.purpose === purpose)
        .map(({ key }) => key),
    removeAllSealed(c: Context, purposes: KeyedPurpose[]) {
      for (const { purpose, key } of keyedOf(c))
        if (purposes.includes(purpose)) deleteCookie(c, keyedNameOf(purpose, key), attributes);
    },
    removeSealed(c: Context, purpose: KeyedPurpose, key: string) {
      deleteCookie(c, keyedNameOf(purpose, key), attributes);
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
