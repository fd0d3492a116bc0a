/** Signs as Standard Webhooks 1.0.0 specifies (https://www.standardwebhooks.com, "Signature scheme"). */
import { randomBytes } from "node:crypto";
import { Webhook } from "standardwebhooks";

const secretPrefix = "whsec_";
/** The specification asks for 24 to 64 bytes. */
const secretBytes = 32;

export function newSecret(): string {
  return secretPrefix + randomBytes(secretBytes).toString("base64");
}

/** The headers of a message. With several secrets, each signs, so that the receiver may verify with any of them. */
export function signMessage(id: string, at: Date, body: string, secrets: readonly string[]): Record<string, string> {
  return {
    "webhook-id": id,
    "webhook-timestamp": String(Math.floor(at.getTime() / 1_000)),
    "webhook-signature": secrets.map((secret) => new Webhook(secret).sign(id, at, body)).join(" "),
  };
}
