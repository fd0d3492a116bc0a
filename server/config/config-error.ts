/** A setting that prevents the start. The message names the setting and says what to do. */
export class ConfigError extends Error {
  override name = "ConfigError";
}
