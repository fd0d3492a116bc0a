/** A purchaser's organization may require that an administrator approves the landing page's app. */
import type { EntraConfig } from "../config/shape.ts";
import { signInPaths } from "./sign-in-paths.ts";

/** The reason of a sign-in that was refused because of it. */
export const administratorNeeded = "administrator-needed";

/** Entra's codes for a consent that only an administrator can give. */
const administratorCodes = /^AADSTS(?:90093|90094|90095|900941)\b/;

/** @param description of Entra's error */
export function needsAdministrator(description: string | undefined): boolean {
  return administratorCodes.test(description ?? "");
}

/** Entra's page on which an administrator approves the landing page's app for the whole organization. */
export function approvalAddress({ authority, landing }: EntraConfig, publicUrl: string): string {
  const url = new URL(`${authority}/organizations/v2.0/adminconsent`);
  url.searchParams.set("client_id", landing.clientId);
  url.searchParams.set("scope", "openid profile email");
  url.searchParams.set("redirect_uri", `${publicUrl}${signInPaths.purchaser.callback}`);
  return url.href;
}
