/** Explains why a database cannot be used at the start, and which setting or command helps. */
import { readDatabaseAddress } from "./address.ts";

/** A database that cannot be used. The message is for the person who starts the app. */
export class DatabaseUnusable extends Error {
  override name = "DatabaseUnusable";
}

/** Turns a driver's connection error into a sentence; unknown errors are returned unchanged. */
export function explainConnectError(error: unknown, url: string): unknown {
  if (!(error instanceof Error)) return error;
  const sentence = sentenceOf(error as Error & { code?: string }, url);
  return sentence === null ? error : new DatabaseUnusable(sentence, { cause: error });
}

/** Turns the refusal of a write into a sentence; other errors are returned unchanged. */
export function explainReadOnly(error: unknown, url: string): unknown {
  if (!(error instanceof Error) || (error as Error & { code?: string }).code !== "25006") return error;
  const { host, port, database } = readDatabaseAddress(url);
  const sentence = `The database "${database}" at ${host}:${port} is read-only. Set DATABASE_URL to the primary server, free disk space if the provider made it read-only for lack of it, or turn off default_transaction_read_only.`;
  return new DatabaseUnusable(sentence, { cause: error });
}

function sentenceOf({ code, message }: Error & { code?: string }, url: string): string | null {
  const { host, port, user, database } = readDatabaseAddress(url);
  const server = host.startsWith("/") ? `the socket in ${host}` : `${host}:${port}`;
  if (message === "The server does not support SSL connections") {
    return `The database at ${server} does not offer TLS, so nothing was sent to it. Turn on TLS there or, if only a private network is in between, add sslmode=disable to DATABASE_URL.`;
  }
  switch (code) {
    case "ECONNREFUSED":
    case "ENOENT":
      return `There is no database at ${server}, the address in DATABASE_URL. Start PostgreSQL there, or correct DATABASE_URL.`;
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return `The host ${host} in DATABASE_URL cannot be found. Correct its name.`;
    case "ETIMEDOUT":
    case "EHOSTUNREACH":
    case "ENETUNREACH":
      return `The database at ${server} cannot be reached. Check the network and DATABASE_URL.`;
    case "SELF_SIGNED_CERT_IN_CHAIN":
    case "DEPTH_ZERO_SELF_SIGNED_CERT":
    case "UNABLE_TO_VERIFY_LEAF_SIGNATURE":
    case "UNABLE_TO_GET_ISSUER_CERT":
    case "UNABLE_TO_GET_ISSUER_CERT_LOCALLY":
    case "CERT_SIGNATURE_FAILURE":
      return `The certificate of the database at ${server} is signed by an untrusted authority (${code}), so nothing was sent to it. Set the right authority with sslrootcert=FILE in DATABASE_URL.`;
    case "ERR_TLS_CERT_ALTNAME_INVALID":
      return `The certificate of the database at ${server} is for another host, so nothing was sent to it. Use the host name of the certificate in DATABASE_URL.`;
    case "CERT_HAS_EXPIRED":
    case "CERT_NOT_YET_VALID":
      return `The certificate of the database at ${server} is not valid at this time (${code}), so nothing was sent to it. Renew it, and check the clocks.`;
    case "28P01":
    case "28000":
      return `The database at ${server} rejects the user "${user}" (${code}). Correct the user and password in DATABASE_URL.`;
    case "53300":
      return `The database at ${server} allows no more connections, or not for the user "${user}" (53300). An instance opens at most 40: raise max_connections or the user's limit, or stop another instance.`;
    case "57P03":
      return `The database at ${server} does not accept connections yet or anymore (57P03): it is starting, stopping or recovering. Start Marketdesk again when it is ready.`;
    case "42501":
      return `The user "${user}" may not connect to the database "${database}" at ${server} (42501). Grant CONNECT, or correct DATABASE_URL.`;
    case "55000":
      return `The database "${database}" at ${server} accepts no connections (55000). Allow them, or correct DATABASE_URL.`;
    case "3D000":
      return `The database "${database}" does not exist at ${server}. Create it, or correct DATABASE_URL.`;
    default:
      return null;
  }
}
