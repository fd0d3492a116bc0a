/**
 * The database's address and its TLS policy. Both drivers connect with what this file reads from DATABASE_URL: a
 * remote server is reached over TLS with a verified certificate.
 */
import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import { resolve } from "node:path";
import { checkServerIdentity, type PeerCertificate } from "node:tls";

export type DatabaseAddress = {
  /** A host name, an IP address, or the folder of a Unix socket. */
  host: string;
  port: number;
  user: string;
  password: string;
  database: string;
  /** Whether the server is on this machine: loopback or a Unix socket. */
  isLocal: boolean;
  /** Null: not encrypted. */
  tls: DatabaseTls | null;
};

export type DatabaseTls = {
  rejectUnauthorized: true;
  checkServerIdentity: (name: string, certificate: PeerCertificate) => Error | undefined;
  ca?: string;
  cert?: string;
  key?: string;
};

/** What is wrong with a database address; continues the setting's name: "must …". */
export class DatabaseAddressError extends Error {
  override name = "DatabaseAddressError";
}

/** Parameters without effect here: what they set is fixed, or does not concern security. */
const ignored = new Set([
  "application_name",
  "channel_binding",
  "connect_timeout",
  "gssencmode",
  "keepalives",
  "target_session_attrs",
]);
const known = new Set(["host", "sslmode", "sslrootcert", "sslcert", "sslkey"]);

/** @throws DatabaseAddressError */
export function readDatabaseAddress(text: string): DatabaseAddress {
  // A Unix socket has no host: "postgres://user@/database?host=/run/postgresql".
  const url = URL.parse(text.replace("@/", "@socket/"));
  if (!url || !["postgres:", "postgresql:"].includes(url.protocol)) {
    throw new DatabaseAddressError("must be an address such as postgres://user:password@host:5432/database");
  }
  const parameters = url.searchParams;
  const unknown = [...parameters.keys()].find((name) => !known.has(name) && !ignored.has(name));
  if (unknown !== undefined) {
    throw new DatabaseAddressError(
      `must not have the parameter "${unknown}": only sslmode, sslrootcert, sslcert, sslkey and host are supported`,
    );
  }
  const host = readHost(url);
  const user = decode(url.username);
  const isLocal = host.startsWith("/") || isLoopbackName(host);
  return {
    host,
    port: url.port === "" ? 5432 : Number(url.port),
    user,
    password: decode(url.password),
    database: decode(url.pathname.replace(/^\//, "")) || user,
    isLocal,
    tls: host.startsWith("/") || !wantsTls(parameters.get("sslmode"), isLocal) ? null : readTls(host, parameters),
  };
}

/** The connection options of `pg`. What the address omits is the driver's default. */
export function pgConnection(url: string) {
  const { host, port, user, password, database, tls } = readDatabaseAddress(url);
  return {
    host,
    port,
    user: user || undefined,
    password: password || undefined,
    database: database || undefined,
    ssl: tls ?? false,
  };
}

/** The connection for `postgres` (postgres.js). */
export function postgresJsConnection(url: string) {
  const { host, port, user, password, database, tls } = readDatabaseAddress(url);
  const place = host.startsWith("/") ? { path: `${host}/.s.PGSQL.${port}` } : { host, port };
  return { ...place, user, password, database, ssl: tls ?? false };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new DatabaseAddressError('must have special characters encoded, for example "%25" for a percent sign');
  }
}

function readHost(url: URL): string {
  const socket = url.searchParams.get("host");
  if (socket !== null) {
    if (socket.startsWith("/")) return socket;
    throw new DatabaseAddressError(
      "must name the host once; the parameter host is only for the folder of a Unix socket",
    );
  }
  const name = decode(url.hostname).replace(/^\[(.*)\]$/, "$1");
  if (name.includes(",")) throw new DatabaseAddressError("must name one host");
  return name === "" ? "localhost" : name.startsWith("/") ? name : name.toLowerCase();
}

/** Whether a host name is this machine, by the name only, because what it resolves to can change. */
export function isLoopbackName(host: string): boolean {
  const name = host.replace(/^\[(.*)\]$/, "$1").toLowerCase();
  return name === "localhost" || name === "::1" || (isIP(name) === 4 && name.startsWith("127."));
}

function wantsTls(mode: string | null, isLocal: boolean): boolean {
  switch (mode) {
    case null:
    case "":
      return !isLocal;
    case "disable":
      return false;
    // Without a verified certificate, TLS cannot detect an impostor: all three mean verify-full here.
    case "require":
    case "verify-ca":
    case "verify-full":
      return true;
    default:
      throw new DatabaseAddressError(
        `must have sslmode=verify-full, or sslmode=disable for no TLS; "${mode}" does not protect the connection`,
      );
  }
}

function readTls(host: string, parameters: URLSearchParams): DatabaseTls {
  const ca = parameters.get("sslrootcert");
  const cert = parameters.get("sslcert");
  const key = parameters.get("sslkey");
  if ((cert === null) !== (key === null)) throw new DatabaseAddressError("must have both sslcert and sslkey, or none");
  return {
    rejectUnauthorized: true,
    // Node checks against "localhost" if the host is an IP address, so the name comes from here.
    checkServerIdentity: (_name, certificate) => checkServerIdentity(host, certificate),
    ...(ca !== null && ca !== "system" ? { ca: readPem("sslrootcert", ca, "CERTIFICATE-----") } : {}),
    ...(cert !== null && key !== null
      ? { cert: readPem("sslcert", cert, "CERTIFICATE-----"), key: readPem("sslkey", key, "PRIVATE KEY-----") }
      : {}),
  };
}

function readPem(parameter: string, path: string, mark: string): string {
  const problem = `must name a readable PEM file with ${parameter}`;
  let text: string;
  try {
    text = readFileSync(resolve(path), "utf8");
  } catch (error) {
    throw new DatabaseAddressError(`${problem} (${(error as NodeJS.ErrnoException).code ?? "unreadable"})`);
  }
  if (!text.includes(`-----BEGIN `) || !text.includes(mark))
    throw new DatabaseAddressError(`${problem} (no PEM in it)`);
  return text;
}
