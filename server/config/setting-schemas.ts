/** The form of a setting, and the values that several settings have. */
import { z } from "zod";
import { isLoopbackName } from "../database/connection/address.ts";

export type Setting<Value> = {
  /** Null: no default. */
  default: string | null;
  /** The default in words, if its value is not enough. */
  defaultInWords?: string;
  meaning: string;
  /** Never repeated in a message. */
  isSecret?: boolean;
  /** Messages continue the setting's name: "must be …". */
  schema: z.ZodType<Value, string>;
};

export function setting<Value>(definition: Setting<Value>): Setting<Value> {
  return definition;
}

export const portNumber = z
  .string()
  .regex(/^\d{1,5}$/, "must be a whole number from 0 to 65535")
  .transform(Number)
  .refine((port) => port <= 65_535, "must be a whole number from 0 to 65535");

export const guid = z
  .string()
  .regex(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i, "must be an ID such as 0a1b2c3d-0000-4000-8000-000000000000")
  .transform((id) => id.toLowerCase());

export function isLoopback(url: URL): boolean {
  return isLoopbackName(url.hostname);
}

/** An http(s) address of only host, port and, if allowed, a path; plain http only if `allowsHttp` accepts it. */
export function address(options: { allowsPath: boolean; allowsHttp: (url: URL) => boolean }) {
  return z.string().transform((text, context) => {
    const refuse = (message: string) => {
      context.addIssue({ code: "custom", message });
      return z.NEVER;
    };
    const url = URL.parse(text);
    if (!url || (url.protocol !== "http:" && url.protocol !== "https:")) {
      return refuse("must be an address that starts with https:// or http://");
    }
    if (url.username || url.password || url.search || url.hash) {
      return refuse("must be an address without a user name, query or fragment");
    }
    if (!options.allowsPath && url.pathname !== "/") {
      return refuse(`must be an address without a path, such as ${url.origin}`);
    }
    if (url.protocol === "http:" && !options.allowsHttp(url)) {
      return refuse("must start with https://; plain http is only allowed for a loopback host such as localhost");
    }
    return url.origin + url.pathname.replace(/(?<!\/)\/+$/, "");
  });
}

export const secret = z.string();
