/** Refresh tokens of the sandbox's Entra. They contain their grant, signed with a key that survives a restart. */
import { createHmac, timingSafeEqual } from "node:crypto";
import { entraErrors } from "./apps.ts";
import type { App, EntraError } from "./apps.ts";
import { personNow } from "../people.ts";
import { findPersona } from "../personas.ts";
import type { Persona } from "../personas.ts";
import type { World } from "../world.ts";

/** Entra's lifetime for a confidential client. */
const refreshTokenTtlMs = 90 * 86_400_000;

type Content = { clientId: string; person: string; scope: string; issuedAt: number };

export function issueRefreshToken(world: World, app: App, persona: Persona, scope: string): string {
  const content: Content = { clientId: app.clientId, person: persona.key, scope, issuedAt: Date.now() };
  const text = Buffer.from(JSON.stringify(content)).toString("base64url");
  return `1.${text}.${macOf(world, text).toString("base64url")}`;
}

/** The person of a refresh token. Rejects tokens of another app or a disabled account, altered and expired tokens. */
export function readRefreshToken(
  world: World,
  app: App,
  token: string,
): { persona: Persona; scope: string; nonce: null } | EntraError {
  const [, text = "", mac = ""] = token.split(".");
  const given = Buffer.from(mac, "base64url");
  const own = macOf(world, text);
  if (given.length !== own.length || !timingSafeEqual(given, own)) return entraErrors.badRefreshToken();
  const content = JSON.parse(Buffer.from(text, "base64url").toString()) as Content;
  const persona = findPersona(content.person);
  if (content.clientId !== app.clientId || !persona) return entraErrors.badRefreshToken();
  if (content.issuedAt + refreshTokenTtlMs <= Date.now()) return entraErrors.expiredRefreshToken();
  if (personNow(world, persona).isDisabled) return entraErrors.disabledAccount();
  return { persona, scope: content.scope, nonce: null };
}

function macOf(world: World, text: string): Buffer {
  return createHmac("sha256", `refresh token ${world.state.purchaseTokenKey}`).update(text).digest();
}
