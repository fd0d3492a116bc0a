/** `npm run client`: writes the types of the client from the OpenAPI document. A test fails when they are out of date. */
import { readFile, writeFile } from "node:fs/promises";
import { registerHooks } from "node:module";
import { fileURLToPath } from "node:url";
import pino from "pino";
import type { Database } from "../server/database/connection/database.ts";
import { createProductApi } from "../server/http/product-api/product-api.ts";
import type { Marketplace } from "../server/marketplace/types.ts";

const typesFile = fileURLToPath(new URL("typescript/src/api-types.ts", import.meta.url));
const remark = "/** Written by `npm run client` from `/api/v1/openapi.json`. Change the API, not this file. */\n";

/** The types as the API has them now, and as they are in the file; empty without a file. */
export async function generatedTypes(): Promise<{ wanted: string; found: string }> {
  const found = await readFile(typesFile, "utf8").catch(() => "");
  return { wanted: remark + (await typesOf(await describeApi())), found };
}

/** The OpenAPI document. It needs no running app, because nothing in it comes from the database. */
async function describeApi(): Promise<string> {
  const nothing = { db: {} as Database, now: () => new Date() };
  const api = createProductApi({
    ...nothing,
    marketplace: {} as Marketplace,
    publicUrl: "https://marketdesk.example",
    signing: { ...nothing, secret: "" },
    byAddress: { take: () => Promise.resolve(null) },
    recordRefusal: () => {},
    log: pino({ level: "silent" }),
  });
  return (await api.request("/openapi.json")).text();
}

async function typesOf(document: string): Promise<string> {
  // The generator uses the compiler's API, which TypeScript 7 does not have yet.
  const hooks = registerHooks({
    resolve: (specifier, context, next) => next(specifier === "typescript" ? "typescript-api" : specifier, context),
  });
  try {
    const { default: generate, astToString } = await import("openapi-typescript");
    return astToString(await generate(document, { alphabetize: true }));
  } finally {
    hooks.deregister();
  }
}

if (import.meta.main) await writeFile(typesFile, (await generatedTypes()).wanted);
