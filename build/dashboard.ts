/** Builds the dashboard when what it is made of has changed. */
import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";

const root = fileURLToPath(new URL("..", import.meta.url));
const output = join(root, "dist", "web");
/** Beside the output, so that it is there only once the output is complete. */
const record = join(root, "dist", "web.sha256");
const sources = ["web", "shared", "vite.config.ts", "package-lock.json"];
const compressible = new Set([".css", ".html", ".js", ".json", ".svg", ".txt", ".webmanifest"]);

/**
 * Gives the folder of the built dashboard: `index.html` and its files, each with a `.br` and a `.gz` beside it where that is
 * worth it. Safe for two starts at once.
 */
export async function buildDashboard(log: (line: string) => void): Promise<string> {
  const hash = await hashOf(sources);
  if ((await readFile(record, "utf8").catch(() => "")) === hash) return output;
  log("Building the dashboard.");
  const unfinished = join(root, "dist", `web-new-${process.pid}`);
  // Loaded only here: with a dashboard that is built, the app holds nothing of it.
  const { build } = await import("vite");
  // Vite goes by NODE_ENV: with `development` or `test` it would build React's slower and larger variant.
  const environment = process.env["NODE_ENV"];
  process.env["NODE_ENV"] = "production";
  try {
    await build({
      root: join(root, "web"),
      configFile: join(root, "vite.config.ts"),
      configLoader: "native",
      logLevel: "warn",
      build: { outDir: unfinished, emptyOutDir: true },
    });
    await compressAll(unfinished);
    await replaceOutput(unfinished);
    await writeFile(record, hash);
  } finally {
    if (environment === undefined) delete process.env["NODE_ENV"];
    else process.env["NODE_ENV"] = environment;
    await rm(unfinished, { recursive: true, force: true });
  }
  return output;
}

async function hashOf(paths: string[]): Promise<string> {
  const hash = createHash("sha256");
  for (const path of paths) {
    for (const file of await filesIn(join(root, path))) {
      hash
        .update(`${file.slice(root.length)}\0`)
        .update(await readFile(file))
        .update("\0");
    }
  }
  return hash.digest("hex");
}

async function filesIn(path: string): Promise<string[]> {
  const entries = await readdir(path, { withFileTypes: true, recursive: true }).catch(() => null);
  if (!entries) return [path];
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

async function compressAll(folder: string): Promise<void> {
  const quality = { [constants.BROTLI_PARAM_QUALITY]: 11 };
  const files = (await filesIn(folder)).filter((file) => compressible.has(extname(file)));
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

/** Running apps hold the former files in memory; another start may have put its own meanwhile. */
async function replaceOutput(unfinished: string): Promise<void> {
  await mkdir(join(root, "dist"), { recursive: true });
  for (let attempt = 1; ; attempt += 1) {
    const former = `${unfinished}-former-${attempt}`;
    await rename(output, former).catch(() => {});
    try {
      await rename(unfinished, output);
      return;
    } catch (error) {
      if (attempt === 5) throw error;
    } finally {
      await rm(former, { recursive: true, force: true });
    }
  }
}

if (import.meta.main) await buildDashboard((line) => process.stdout.write(`${line}\n`));
