/** Microsoft Graph's `sendMail` with MIME content; the emails are in the inbox. As strict as Exchange Online. */
import { Hono } from "hono";
import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { createLocalJWKSet, jwtVerify } from "jose";
import { recordCalls } from "../fulfillment/wire-record.ts";
import type { WireEnv } from "../fulfillment/wire-record.ts";
import { readMail } from "../inbox/read-mail.ts";
import { personas } from "../personas.ts";
import { graphResource, mailboxes, mailPermission, sandboxPublisher } from "../publisher.ts";
import type { World } from "../world.ts";

/** The largest request that Graph takes: https://learn.microsoft.com/graph/api/user-sendmail */
const maxBodyBytes = 4 * 1024 * 1024;

type C = Context<WireEnv>;

/** `POST /v1.0/users/:sender/sendMail`. */
export function graph(world: World): Hono<WireEnv> {
  const app = new Hono<WireEnv>();
  app.post("/v1.0/users/:sender/sendMail", recordCalls(world, "graph"), (c) => sendMail(world, c));
  return app;
}

async function sendMail(world: World, c: C): Promise<Response> {
  const refuse = (status: ContentfulStatusCode, code: string, message: string) => {
    c.set("note", `${code}: ${message}`);
    return c.json({ error: { code, message } }, status);
  };
  const roles = await rolesOf(world, c.req.header("authorization") ?? "");
  if (roles === null) return refuse(401, "InvalidAuthenticationToken", "Access token validation failure.");
  if (!roles.includes(mailPermission))
    return refuse(403, "ErrorAccessDenied", "Access is denied. Check credentials and try again.");
  const sender = (c.req.param("sender") ?? "").toLowerCase();
  if (!mailboxes.includes(sender)) {
    const isPerson = personas.some(
      ({ tenantId, username }) => tenantId === sandboxPublisher.tenantId && username === sender,
    );
    return isPerson
      ? refuse(
          404,
          "MailboxNotEnabledForRESTAPI",
          "The mailbox is either inactive, soft-deleted, or is hosted on-premise.",
        )
      : refuse(404, "ErrorInvalidUser", `The requested user '${sender}' is invalid.`);
  }
  const mode = world.inbox.mode();
  if (mode === "down") return refuse(503, "ServiceUnavailable", "The service is not available.");
  if (mode === "defer") {
    c.header("Retry-After", "1");
    return refuse(429, "ApplicationThrottled", "Application is over its MailboxConcurrency limit.");
  }
  if (c.req.header("content-type") !== "text/plain")
    return refuse(415, "UnsupportedMediaType", "The sandbox takes MIME content only, as text/plain.");
  const body = await c.req.text();
  if (body.length > maxBodyBytes)
    return refuse(413, "ErrorMessageSizeExceeded", "The message exceeds the maximum size.");
  if (!isBase64(body))
    return refuse(400, "ErrorMimeContentInvalidBase64String", "Invalid base64 string for MIME content.");
  const content = Buffer.from(body, "base64");
  // PostalMime reads any text as an email; Exchange wants headers first.
  if (!/^[!-9;-~]+:[^]*\r?\n\r?\n/.test(content.toString("latin1")))
    return refuse(400, "ErrorMimeContentInvalid", "The MIME content is not valid.");
  const { mail, fromAddress, recipients } = await readMail(content);
  if (fromAddress?.toLowerCase() !== sender)
    return refuse(
      403,
      "ErrorSendAsDenied",
      "The user account does not have the right to send mail on behalf of the sender.",
    );
  const areAddresses = recipients.length > 0 && recipients.every((address) => /^[^\s@]+@[^\s@]+$/.test(address));
  if (!areAddresses || mode === "reject" || mode === "gone")
    return refuse(400, "ErrorInvalidRecipients", "At least one recipient is not valid.");
  world.inbox.add({ ...mail, to: recipients.join(", ") });
  return c.body(null, 202);
}

/** The permissions in an app's token for Graph; null if it is not one of the publisher's tenant. */
async function rolesOf(world: World, authorization: string): Promise<readonly string[] | null> {
  if (!authorization.startsWith("Bearer ")) return null;
  try {
    const keys = createLocalJWKSet({ keys: world.state.keys.map((key) => key.publicJwk) });
    const { payload } = await jwtVerify(authorization.slice("Bearer ".length), keys, {
      algorithms: ["RS256"],
      audience: graphResource,
      issuer: `https://sts.windows.net/${sandboxPublisher.tenantId}/`,
      requiredClaims: ["exp", "appid"],
    });
    return Array.isArray(payload["roles"]) ? payload["roles"].map(String) : [];
  } catch {
    return null;
  }
}

function isBase64(text: string): boolean {
  return text !== "" && text.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(text);
}
