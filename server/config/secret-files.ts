/**
 * Secrets from files: for each secret setting, `NAME_FILE` may name a file that contains it, as container platforms
 * mount them.
 */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { settings, type SettingName } from "../settings.ts";
import { ConfigError } from "./config-error.ts";

type Environment = Record<string, string | undefined>;

export const secretSettings = (Object.keys(settings) as SettingName[]).filter((name) => settings[name].isSecret);

/**
 * The environment with the secrets from files.
 * @throws ConfigError if a secret is set twice, or its file cannot be used
 */
export function withSecretsFromFiles(env: Environment): Environment {
  const read = { ...env };
  for (const name of secretSettings) {
    const fileSetting = `${name}_FILE`;
    const path = env[fileSetting]?.trim();
    if (!path) continue;
    if (env[name]?.trim()) {
      throw new ConfigError(`${name} and ${fileSetting} are both set: keep only one.`);
    }
    read[name] = readSecret(fileSetting, path);
  }
  return read;
}

function readSecret(fileSetting: string, path: string): string {
  let text: string;
  try {
    text = readFileSync(resolve(path), "utf8");
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "unreadable";
    throw new ConfigError(
      `${fileSetting} names ${path}, which cannot be read (${code}): check the path and its permissions.`,
    );
  }
  // Editors and `echo` end a file with a newline that is not part of the secret; some add a byte order mark.
  const secret = text.replace(/^\uFEFF/, "").replace(/(?<![\r\n])[\r\n]+$/, "");
  if (secret.trim() === "") {
    throw new ConfigError(`${fileSetting} names ${path}, which is empty: write the secret into it.`);
  }
  return secret;
}
