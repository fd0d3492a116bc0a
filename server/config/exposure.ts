/**
 * Refuses a start that would expose a trial: without NODE_ENV=production the app stays on this machine, and
 * production requires real secrets and connections.
 */
import type { Config } from "./shape.ts";
import { isLoopbackName, readDatabaseAddress } from "../database/connection/address.ts";
import { ConfigError } from "./config-error.ts";
import { isDefaultPassword, isGuessable, isPlaceholder } from "./weak-secret.ts";

/** @param isPublicUrlSet whether PUBLIC_URL is set, or only its default */
export function refuseExposure(config: Config, options: { isPublicUrlSet: boolean; allowUnencrypted: boolean }): void {
  const isHostLocal = isLoopbackName(config.host);
  const publicUrl = new URL(config.publicUrl);
  const isUrlLocal = isLoopbackName(publicUrl.hostname);
  if (!config.isProduction) {
    if (!isHostLocal) refuseOutside("HOST", config.host, "127.0.0.1");
    if (!isUrlLocal) refuseOutside("PUBLIC_URL", config.publicUrl, "localhost");
    return;
  }
  if (!isUrlLocal && publicUrl.protocol !== "https:") {
    throw new ConfigError(
      `PUBLIC_URL must start with https:// when NODE_ENV is production (it is "${config.publicUrl}"): terminate TLS at a proxy, and set its address.`,
    );
  }
  if (!isHostLocal && !options.isPublicUrlSet) {
    throw new ConfigError(
      `PUBLIC_URL must be set, because HOST is "${config.host}": set the https:// address at which browsers and Microsoft reach the app.`,
    );
  }
  if (!isHostLocal && isUrlLocal) {
    throw new ConfigError(
      `PUBLIC_URL is "${config.publicUrl}", which only this machine reaches, but HOST is "${config.host}" and NODE_ENV is production. Set PUBLIC_URL to the https:// address at which browsers and Microsoft reach the app, or remove HOST.`,
    );
  }
  refuseWeakSecrets(config);
  if (config.databaseUrl !== null) refuseUnsafeDatabase(config.databaseUrl, options.allowUnencrypted);
}

function refuseOutside(name: string, value: string, local: string): never {
  throw new ConfigError(
    `${name} is "${value}", so other machines could reach the app, but NODE_ENV is not production. Set NODE_ENV=production and the settings that it requires, or set ${name} to this machine, such as ${local}.`,
  );
}

function refuseWeakSecrets({ entra, sessionSecret }: Config): void {
  if (sessionSecret !== null && (isPlaceholder(sessionSecret) || isGuessable(sessionSecret))) {
    throw new ConfigError(
      "SESSION_SECRET is easy to guess: it repeats, follows a pattern or is a placeholder. Create a random one with `openssl rand -base64 48`.",
    );
  }
  // A sandbox on this machine has public secrets, and nothing to protect.
  if (!entra || isLoopbackName(new URL(entra.authority).hostname)) return;
  const secrets = {
    ENTRA_CLIENT_SECRET: "secret" in entra.credential ? entra.credential.secret : null,
    ENTRA_LANDING_CLIENT_SECRET: entra.landing.clientSecret,
  };
  for (const [name, secret] of Object.entries(secrets)) {
    if (secret !== null && (secret.length < 16 || isPlaceholder(secret))) {
      throw new ConfigError(
        `${name} is a placeholder, not a secret of Microsoft Entra ID. Copy the value of a client secret from the app registration.`,
      );
    }
  }
}

/** What production refuses in DATABASE_URL. */
export function refuseUnsafeDatabase(databaseUrl: string, allowUnencrypted: boolean): void {
  const { host, user, password, isLocal, tls } = readDatabaseAddress(databaseUrl);
  if (password !== "" && isDefaultPassword(password, user)) {
    throw new ConfigError(
      `DATABASE_URL has a password that is easy to guess, and NODE_ENV is production. Give the role "${user}" a random password.`,
    );
  }
  if (tls === null && !isLocal && !allowUnencrypted) {
    throw new ConfigError(
      `DATABASE_URL turns TLS off (sslmode=disable) for ${host}, and NODE_ENV is production. Use sslmode=verify-full, with sslrootcert=FILE for a private certificate authority. Set DATABASE_ALLOW_UNENCRYPTED=true only if the network is private.`,
    );
  }
}
