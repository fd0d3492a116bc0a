/** Resolves names for outward calls, so that only permitted addresses are connected to. */
import { lookup as systemLookup, Resolver } from "node:dns/promises";
import { AddressRefused, addressProblem } from "./addresses.ts";

export type Resolved = { address: string; family: 4 | 6 };
/** All addresses of a name. */
export type Resolve = (host: string) => Promise<Resolved[]>;

/** Without threads of Node's pool, which names that do not resolve in time would use up for everyone. */
export function createResolve(): Resolve {
  const resolver = new Resolver({ timeout: 2_000, tries: 2 });
  return async (host) => {
    const [four, six] = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)]);
    const found = [
      ...(four.status === "fulfilled" ? four.value : []).map((address) => ({ address, family: 4 as const })),
      ...(six.status === "fulfilled" ? six.value : []).map((address) => ({ address, family: 6 as const })),
    ];
    if (found.length > 0) return found;
    throw four.status === "rejected" ? four.reason : new Error("no address");
  };
}

/** For hosts that a setting names: also those of the machine's hosts file. */
async function resolveLocally(host: string): Promise<Resolved[]> {
  const found = await systemLookup(host, { all: true });
  return found.map(({ address, family }) => ({ address, family: family === 6 ? 6 : 4 }));
}

/**
 * The addresses of a host, all of which may be called.
 * @throws AddressRefused if any may not: a name that mixes public and private addresses is an attack or a mistake
 */
export async function resolvePermitted(
  host: string,
  options: { allowedHosts: readonly string[]; resolve: Resolve },
): Promise<Resolved[]> {
  const isLocalAllowed = options.allowedHosts.includes(host);
  const found = await (isLocalAllowed ? resolveLocally(host) : options.resolve(host));
  for (const { address } of found) {
    const why = addressProblem(address, { isLocalAllowed });
    if (why !== null) throw new AddressRefused(`${host} resolves to ${address}, which ${why}, so it is not called.`);
  }
  return found;
}
