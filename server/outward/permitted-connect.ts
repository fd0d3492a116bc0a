/** Connections to permitted addresses only. */
import { isIP } from "node:net";
import { buildConnector } from "undici";
import { addressProblem, AddressRefused } from "./addresses.ts";
import { type Resolve, type Resolved, resolvePermitted } from "./resolve.ts";

type LookupCallback = (error: Error | null, address: string | Resolved[], family?: number) => void;

/**
 * How an `Agent` connects. Calls back with `AddressRefused` for an address that may not be called.
 * @param options.allowedHosts hosts that may be on this machine or a private network
 */
export function createPermittedConnect(options: {
  allowedHosts: readonly string[];
  resolve: Resolve;
  timeoutMs: number;
}): buildConnector.connector {
  const { allowedHosts, resolve, timeoutMs } = options;
  const connect = buildConnector({ timeout: timeoutMs, lookup: permittedLookup });

  /** Called by `net.connect` for names. */
  function permittedLookup(host: string, settings: { all?: boolean | undefined }, callback: LookupCallback): void {
    resolvePermitted(host, { allowedHosts, resolve }).then(
      (found) => {
        const [first] = found;
        if (!first) callback(new Error("no address"), "");
        else if (settings.all) callback(null, found);
        else callback(null, first.address, first.family);
      },
      (error: Error) => callback(error, ""),
    );
  }

  // Addresses are not looked up, so they are checked here; what was connected to is checked again.
  return (to, callback) => {
    const host = to.hostname.replace(/^\[(.*)\]$/, "$1").replace(/\.$/, "");
    const isLocalAllowed = allowedHosts.includes(host);
    const refuse = (address: string) => {
      const why = addressProblem(address, { isLocalAllowed });
      return why === null ? null : new AddressRefused(`${host} is ${address}, which ${why}, so it is not called.`);
    };
    const refusedBefore = isIP(host) ? refuse(host) : null;
    if (refusedBefore) return callback(refusedBefore, null);
    connect({ ...to, hostname: host }, (...[error, socket]) => {
      if (error) return callback(error, null);
      const refusedAfter = refuse(socket.remoteAddress ?? "");
      if (refusedAfter === null) return callback(null, socket);
      socket.destroy();
      callback(refusedAfter, null);
    });
  };
}
