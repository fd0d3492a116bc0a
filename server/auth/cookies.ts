/** Cookies of sign-in and landing: their names, and sealing for those that only we may read. */
import { randomBytes } from "node:crypto";
import type { Context } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import { seal, unseal } from "../sealing.ts";

/** One per browser. */
export type CookiePurpose = "staff" | "purchaser" | "language";
/** Several per browser, distinguished by a key, so that tabs do not overwrite each other's. */
export type KeyedPurpose = "staff-sign-in" | "purchaser-sign-in" | "visit" | "draft";

export type Cookies = ReturnType<typeof createCookies>;

const keyedPurposes: KeyedPurpose[] = ["staff-sign-in", "purchaser-sign-in", "visit", "draft"];
/** Per purpose. With more tabs, the oldest have to start again. */
const maxKeyed = 6;
/** All keyed cookies with their names. Many proxies accept only 8 kB of cookies. */
const maxKeyedBytes = 7_000;

/** A key for a new cookie. Keys sort by creation time. */
export function newCookieKey(now: Date): string {
  const seconds = Math.floor(now.getTime() / 1_000);
  return `${seconds.toString(36).padStart(7, "0")}${randomBytes(6).toString("hex")}`;
}

/** When the cookie of a key was created, to the second. */
export function startOf(key: string): Date {
  return new Date(Number.parseInt(key.slice(0, 7), 36) * 1_000);
}

export function isCookieKey(text: unknown): text is string {
  return typeof text === "string" && /^[0-9a-z]{19}$/.test(text);
}

/**
 * Cookies for one public address. On https they are `__Host-` and Secure. On a loopback host without TLS the name
 * ends in the port, because cookies ignore ports and two installations would overwrite each other's.
 */
export function createCookies(options: { publicUrl: string; secret: string; now: () => Date }) {
  const isHttps = options.publicUrl.startsWith("https:");
  const suffix = isHttps ? "" : `-${new URL(options.publicUrl).port || "80"}`;
  const base = `${isHttps ? "__Host-" : ""}marketdesk`;
  const nameOf = (purpose: CookiePurpose) => `${base}${purpose === "staff" ? "" : `-${purpose}`}${suffix}`;
  const keyedNameOf = (purpose: KeyedPurpose, key: string) => `${base}-${purpose}-${key}${suffix}`;
  const attributes = { path: "/", httpOnly: true, secure: isHttps, sameSite: "Lax" } as const;

  /** The request's keyed cookies, newest first. */
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

  /** Deletes the oldest keyed cookies above the limits, so that a request can contain the others. */
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
    /** Sets a cookie that only we can read, for this many seconds, with its purpose and key. */
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
    /** The value from `setSealed`; null if absent, altered, expired or sealed for another purpose. */
    async getSealed(c: Context, purpose: KeyedPurpose, key: string) {
      const text = getCookie(c, keyedNameOf(purpose, key));
      return text === undefined ? null : unseal(options.secret, purpose, text, options.now());
    },
    /** The keys of the request's cookies for a purpose, newest first. */
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
