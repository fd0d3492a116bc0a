/** A push service with one browser, whose notifications are in the inbox. As strict as the services of browser makers. */
import { createHash } from "node:crypto";
import { Hono } from "hono";
import { importJWK, jwtVerify } from "jose";
import type { World } from "../world.ts";
import { notification, type ShownNotification } from "./notification.ts";
import { type BrowserKeys, browserKeys, decryptPush } from "./push-decryption.ts";

/** The largest body that push services have to accept (RFC 8030, 7.2), with the header of the encryption. */
const maxBodyBytes = 4_096;
/** RFC 8292, 2: a token may be valid for a day. */
const maxTokenSeconds = 24 * 3_600;

/** Always the same keys, so that notifications that were turned on still work after a restart. */
function keysOf(id: string): BrowserKeys & { p256dh: string } {
  const hash = (part: string) => createHash("sha256").update(`sandbox browser ${part} ${id}`).digest();
  const keys = browserKeys(hash("key"), hash("auth").subarray(0, 16));
  return { ...keys, p256dh: keys.curve.getPublicKey("base64url") };
}

/** `GET /push/browser` returns the subscription that the browser gives to the page; `POST /push/send/:id` is its address. */
export function pushService(world: World): Hono {
  const app = new Hono();
  const { inbox } = world;
  const browser = "sandbox-browser";

  app.get("/browser", (c) => {
    const { p256dh, auth } = keysOf(browser);
    return c.json({
      endpoint: `${world.url}/push/send/${browser}`,
      keys: { p256dh, auth: auth.toString("base64url") },
    });
  });

  app.post("/send/:id", async (c) => {
    const mode = inbox.mode();
    if (mode === "gone" || c.req.param("id") !== browser) return c.text("The subscription has ended.", 410);
    if (mode === "reject") return c.text("Forbidden", 403);
    if (mode !== "accept") return c.text("Service unavailable", 503, { "Retry-After": "1" });
    const why = await authorizationProblem(c.req.header("authorization") ?? "", new URL(world.url).origin);
    if (why !== null) return c.text(why, 403);
    if (!/^\d+$/.test(c.req.header("ttl") ?? "")) return c.text("The header TTL is missing.", 400);
    if (c.req.header("content-encoding") !== "aes128gcm") return c.text("Only aes128gcm is supported.", 400);
    const body = Buffer.from(await c.req.arrayBuffer());
    if (body.length > maxBodyBytes) return c.text("The message is too large.", 413);
    const shown = read(body, keysOf(browser));
    if (shown === null) return c.text("The browser cannot read the message.", 400);
    inbox.add({ kind: "push", to: "Sandbox browser", subject: shown.title, notification: shown });
    return c.body(null, 201, { location: `${world.url}/push/message/${inbox.list()[0]?.id ?? ""}` });
  });
  return app;
}

function read(body: Buffer, keys: BrowserKeys): ShownNotification | null {
  try {
    return notification.parse(JSON.parse(decryptPush(body, keys).toString()));
  } catch {
    return null;
  }
}

/** Why the sender is not recognized (RFC 8292); null if it is. */
async function authorizationProblem(authorization: string, audience: string): Promise<string | null> {
  const [, token = "", key = ""] = /^vapid t=([\w.-]+), ?k=([\w-]+)$/.exec(authorization) ?? [];
  const raw = Buffer.from(key, "base64url");
  if (raw.length !== 65) return "The header Authorization has no VAPID key.";
  const jwk = {
    kty: "EC",
    crv: "P-256",
    x: raw.subarray(1, 33).toString("base64url"),
    y: raw.subarray(33).toString("base64url"),
  };
  try {
    const { payload } = await jwtVerify(token, await importJWK(jwk, "ES256"), {
      algorithms: ["ES256"],
      audience,
      requiredClaims: ["exp", "sub"],
    });
    if ((payload.exp ?? 0) > Date.now() / 1_000 + maxTokenSeconds) return "The VAPID token is valid for too long.";
    return /^(mailto:|https:)/.test(payload.sub ?? "") ? null : "The VAPID token names no contact.";
  } catch {
    return "The VAPID token is not valid.";
  }
}
