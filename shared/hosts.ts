/**
 * The Host headers that are served. DNS rebinding lets a web page point its own name at this machine and pose as
 * our page; it cannot choose the name that the browser sends, nor make a browser send an address.
 */

export type HostRules = {
  /** Served names, without port, in lower case. */
  names: readonly string[];
  /** Also names without a dot, such as those of containers and services: no one on the internet can own such a name. */
  allowsSingleLabel: boolean;
};

const loopbackNames = new Set(["localhost", "[::1]"]);

/**
 * The rules for an app at a public address. On a loopback address the sandbox signs in anyone, so nothing else is
 * served.
 */
export function hostRulesOf(publicUrl: string, more: readonly string[]): HostRules {
  const { hostname } = new URL(publicUrl);
  return { names: [hostname, ...more], allowsSingleLabel: !isLoopbackName(hostname) };
}

function isLoopbackName(name: string): boolean {
  return loopbackNames.has(name) || /^127(\.\d{1,3}){3}$/.test(name);
}

/** @param header the Host header; absent in HTTP/1.0, which no browser sends */
export function isServedHost(header: string | undefined, rules: HostRules): boolean {
  if (header === undefined) return true;
  const name = header.toLowerCase().replace(/:\d*$/, "").replace(/\.$/, "");
  const isAddress = /^\d{1,3}(\.\d{1,3}){3}$/.test(name) || /^\[[\da-f:.]+\]$/.test(name);
  if (isAddress || loopbackNames.has(name) || rules.names.includes(name)) return true;
  return rules.allowsSingleLabel && /^[a-z\d_-]+$/.test(name);
}

export const misdirectedMessage =
  "This host name is not served. Open Marketdesk at its own address, or add the name to the setting ALLOWED_HOSTS.";
