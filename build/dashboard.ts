/** The dashboard for browsers: `web/` into `dist/web`. */
import { readFile, writeFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import { filesIn, root, upToDate } from "./output.ts";

const compressible = new Set([".css", ".html", ".js", ".json", ".svg", ".txt", ".webmanifest"]);

/** Returns the folder: `index.html` and its files, each with a `.br` and a `.gz` if they are smaller. */
export function buildDashboard(say: (line: string) => void): Promise<string> {
  const sources = ["web", "shared", "vite.config.ts"];
  return upToDate({ name: "web", sources, make }, say);
}

async function make(folder: string): Promise<void> {
  // Loaded only here, so that an installation with a finished build does not need Vite.
  const { build } = await import("vite");
  // Vite reads NODE_ENV: with `development` or `test` it would build React's slower and larger variant.
  const environment = process.env["NODE_ENV"];
  process.env["NODE_ENV"] = "production";
  try {
    await build({
      root: join(root, "web"),
      configFile: join(root, "vite.config.ts"),
      configLoader: "native",
      logLevel: "warn",
      build: { outDir: folder, emptyOutDir: true },
    });
  } finally {
    if (environment === undefined) delete process.env["NODE_ENV"];
    else process.env["NODE_ENV"] = environment;
  }
  await compressAll(folder);
}

async function compressAll(folder: string): Promise<void> {
  const quality = { [constants.BROTLI_PARAM_QUALITY]: 11 };
  const files = filesIn(folder).filter((file) => compressible.has(extname(file)));
  await Promise.all(
    files.map(async (file) => {
      const content = await readFile(file);
      const packed = await promisify(brotliCompress)(content, { params: quality });
      if (packed.length >= content.length) return;
      await writeFile(`${file}.br`, packed);
      await writeFile(`${file}.gz`, await promisify(gzip)(content, { level: 9 }));
    }),
  );
}
