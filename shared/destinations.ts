/** Where purchasers go from the landing page, in versions for all offers, an offer or a plan. */
import type { ScopedVersion } from "./scope.ts";

/**
 * `page`: they stay on the landing page. `button`: the page of an active subscription has a button to the product.
 * `after_activation`: the page also opens the product when the activation is complete. `instead`: the product
 * replaces the form, and activates the purchase itself.
 */
export const destinationModes = ["page", "button", "after_activation", "instead"] as const;
export type DestinationMode = (typeof destinationModes)[number];

/** One version of a scope's destination. Without any version: `page`. */
export type Destination = ScopedVersion & {
  /** Null exactly if the scope inherits. */
  mode: DestinationMode | null;
  /** The address in the product; null for `page`. */
  url: string | null;
  /** Whether a return visit to an active subscription opens the product without our page. */
  opensOnReturn: boolean;
};

export const destinationModeWords: Record<DestinationMode, string> = {
  page: "stay on the landing page",
  button: "a button opens the product",
  after_activation: "the product opens after the activation",
  instead: "the product opens instead of the form",
};

/** The query parameter that carries the handoff. */
export const handoffParameter = "handoff";

const loopback = new Set(["localhost", "127.0.0.1", "[::1]"]);

export function isLoopbackUrl(url: URL): boolean {
  return loopback.has(url.hostname);
}

/**
 * The origin (scheme, host and port) that is compared with the allowed origins; null for an address that can never
 * be one: not https, except on this machine, or with a user name.
 */
export function originOf(text: string): string | null {
  const url = URL.parse(text);
  return url && schemeProblem(url) === null ? url.origin : null;
}

/** What is wrong with an entry for the allowed origins; null if nothing is. */
export function originProblem(text: string): string | null {
  const url = URL.parse(text);
  if (!url) return "Enter an origin that starts with https://, such as https://app.contoso.example.";
  const why = schemeProblem(url);
  if (why !== null) return why;
  if (url.hostname.includes("*")) return "An origin has no wildcards. Add each host name on its own.";
  if (url.pathname !== "/" || url.search !== "" || url.hash !== "")
    return `Enter only the origin, without a path: ${url.origin}`;
  return null;
}

/** What is wrong with an address as a destination, apart from the allowed origins; null if nothing is. */
export function destinationProblem(text: string): string | null {
  const url = URL.parse(text);
  if (!url) return "Enter an address that starts with https://.";
  const why = schemeProblem(url);
  if (why !== null) return why;
  if (url.hash !== "") return "The address contains a fragment (#…). Remove it, and use the path.";
  if (url.searchParams.has(handoffParameter))
    return `The parameter ${handoffParameter} is added by Marketdesk. Remove it.`;
  return null;
}

function schemeProblem(url: URL): string | null {
  if (url.protocol !== "https:" && url.protocol !== "http:") return "Enter an address that starts with https://.";
  if (url.protocol === "http:" && !isLoopbackUrl(url))
    return "The address must start with https://, because the handoff contains customer data.";
  if (url.username !== "" || url.password !== "")
    return "The address contains a user name or password. Remove it; the handoff is signed instead.";
  return null;
}
