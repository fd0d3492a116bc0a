/** Reads the settings of `settings.ts` from an environment, and refuses invalid combinations. */
import type { z } from "zod";
import { ConfigError } from "./config/config-error.ts";
import { refuseExposure, refuseUnsafeDatabase } from "./config/exposure.ts";
import { withSecretsFromFiles } from "./config/secret-files.ts";
import type { Config, EntraConfig } from "./config/shape.ts";
import { settings } from "./settings.ts";
import type { Setting } from "./config/setting-schemas.ts";
import type { SettingName } from "./settings.ts";

type ValueOf<Name extends SettingName> = z.output<(typeof settings)[Name]["schema"]>;
type Environment = Record<string, string | undefined>;

/** A blank value counts as unset. */
function given(env: Environment, name: SettingName): string | null {
  return env[name]?.trim() || null;
}

function read<Name extends SettingName>(env: Environment, name: Name): ValueOf<Name> | null {
  const definition: Setting<unknown> = settings[name];
  const text = given(env, name) ?? definition.default;
  if (text === null) return null;
  const result = definition.schema.safeParse(text);
  if (result.success) return result.data as ValueOf<Name>;
  const shown = definition.isSecret ? "" : ` (it is "${text}")`;
  throw new ConfigError(`${name} ${result.error.issues[0]?.message ?? "is not valid"}${shown}.`);
}

function readWithDefault<Name extends SettingName>(env: Environment, name: Name): ValueOf<Name> {
  const value = read(env, name);
  if (value === null) throw new ConfigError(`${name} is required: set it.`);
  return value;
}

const list = new Intl.ListFormat("en", { type: "conjunction" });

function refuseMissing(missing: string[], why: string): void {
  if (missing.length > 0) throw new ConfigError(`${list.format(missing)} must be set, because ${why}.`);
}

const credentialNames = "ENTRA_CLIENT_SECRET (or ENTRA_CLIENT_CERTIFICATE_FILE)";

function missingEntra(env: Environment): string[] {
  const missing: string[] = (["ENTRA_TENANT_ID", "ENTRA_CLIENT_ID"] as const).filter((name) => !given(env, name));
  if (!given(env, "ENTRA_CLIENT_SECRET") && !given(env, "ENTRA_CLIENT_CERTIFICATE_FILE")) missing.push(credentialNames);
  return missing;
}

function readEntra(env: Environment): EntraConfig | null {
  const names = (Object.keys(settings) as SettingName[]).filter(
    (name) => name.startsWith("ENTRA_") && given(env, name),
  );
  if (names.length === 0) return null;
  refuseMissing(missingEntra(env), `${list.format(names)} ${names.length === 1 ? "is" : "are"} set`);
  const clientId = readWithDefault(env, "ENTRA_CLIENT_ID");
  const clientSecret = read(env, "ENTRA_CLIENT_SECRET");
  const certificateFile = read(env, "ENTRA_CLIENT_CERTIFICATE_FILE");
  if (clientSecret && certificateFile) {
    throw new ConfigError("ENTRA_CLIENT_SECRET and ENTRA_CLIENT_CERTIFICATE_FILE are both set: keep only one.");
  }
  return {
    authority: read(env, "ENTRA_AUTHORITY") ?? "https://login.microsoftonline.com",
    tenantId: readWithDefault(env, "ENTRA_TENANT_ID"),
    clientId,
    credential: certificateFile ? { certificateFile } : { secret: readWithDefault(env, "ENTRA_CLIENT_SECRET") },
    landing: readLandingApp(env) ?? { clientId, clientSecret: null },
  };
}

function readLandingApp(env: Environment): EntraConfig["landing"] | null {
  const clientId = read(env, "ENTRA_LANDING_CLIENT_ID");
  const clientSecret = read(env, "ENTRA_LANDING_CLIENT_SECRET");
  if (clientId && clientSecret) return { clientId, clientSecret };
  if (clientId) refuseMissing(["ENTRA_LANDING_CLIENT_SECRET"], "ENTRA_LANDING_CLIENT_ID is set");
  if (clientSecret) refuseMissing(["ENTRA_LANDING_CLIENT_ID"], "ENTRA_LANDING_CLIENT_SECRET is set");
  return null;
}

function readMail(env: Environment): Config["mail"] {
  const url = read(env, "SMTP_URL");
  const from = read(env, "MAIL_FROM");
  const graphUrl = read(env, "GRAPH_URL");
  if (read(env, "MAIL_TRANSPORT") === "graph") {
    if (url !== null) throw new ConfigError("SMTP_URL is set, but MAIL_TRANSPORT is graph: keep only one.");
    if (from === null && readEntra(env) !== null) refuseMissing(["MAIL_FROM"], "MAIL_TRANSPORT is graph");
    return { transport: "graph", url: graphUrl, from };
  }
  if (url === null && from === null) return null;
  refuseMissing(url === null ? ["SMTP_URL"] : from === null ? ["MAIL_FROM"] : [], "it is how emails are sent");
  return { transport: "smtp", url: url ?? "", from: from ?? "" };
}

/** Reads only DATABASE_URL, for commands that need nothing else. Null if unset. */
export function readDatabaseUrl(environment: Environment): string | null {
  const env = withSecretsFromFiles(environment);
  const url = read(env, "DATABASE_URL");
  if (url !== null && read(env, "NODE_ENV") === "production") {
    refuseUnsafeDatabase(url, readWithDefault(env, "DATABASE_ALLOW_UNENCRYPTED"));
  }
  return url;
}

/** The sandbox's product, and products under development. */
const loopbackHosts = ["localhost", "127.0.0.1", "::1"];

/** Reads all settings from an environment. Throws ConfigError for the first invalid one. */
export function readConfig(environment: Environment): Config {
  const env = withSecretsFromFiles(environment);
  const isProduction = read(env, "NODE_ENV") === "production";
  const entra = readEntra(env);
  if (isProduction) {
    const required = (["DATABASE_URL", "SESSION_SECRET"] as const).filter((name) => !given(env, name));
    refuseMissing([...required, ...(entra ? [] : missingEntra(env))], "NODE_ENV is production");
  }
  const port = readWithDefault(env, "PORT");
  const sandboxPort = readWithDefault(env, "SANDBOX_PORT");
  if (!entra && port === sandboxPort && port !== 0) {
    throw new ConfigError(`SANDBOX_PORT must differ from PORT (both are ${port}): set another port.`);
  }
  const config: Config = {
    isProduction,
    host: readWithDefault(env, "HOST"),
    port,
    publicUrl: read(env, "PUBLIC_URL") ?? `http://localhost:${port}`,
    trustedProxies: read(env, "TRUSTED_PROXY") ?? [],
    allowedHosts: readWithDefault(env, "ALLOWED_HOSTS"),
    outgoingLocalHosts: read(env, "OUTGOING_LOCAL_HOSTS") ?? (entra || isProduction ? [] : loopbackHosts),
    metricsToken: read(env, "METRICS_TOKEN"),
    databaseUrl: read(env, "DATABASE_URL"),
    dataDir: readWithDefault(env, "DATA_DIR"),
    entra,
    marketplaceApiUrl: read(env, "MARKETPLACE_API_URL"),
    recordAnchorFile: read(env, "RECORD_ANCHOR_FILE"),
    mail: readMail(env),
    sessionSecret: read(env, "SESSION_SECRET"),
    sandboxPort,
    logLevel: readWithDefault(env, "LOG_LEVEL"),
  };
  refuseExposure(config, {
    isPublicUrlSet: given(env, "PUBLIC_URL") !== null,
    allowUnencrypted: readWithDefault(env, "DATABASE_ALLOW_UNENCRYPTED"),
  });
  return config;
}
