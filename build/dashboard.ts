/** Builds the dashboard when what it is made of has changed. */
import { fork } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
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
  await buildInChild(hash);
  return output;
}

/** In a process of its own: the 600 MB that a build takes would stay with the app for as long as it runs. */
async function buildInChild(hash: string): Promise<void> {
  const child = fork(fileURLToPath(import.meta.url), [hash], {
    // Vite goes by NODE_ENV: with `development` or `test` it would build React's slower and larger variant.
    env: { ...process.env, NODE_ENV: "production" },
    execArgv: [],
  });
  const [exitCode] = (await once(child, "exit")) as [number | null];
  if (exitCode !== 0) throw new Error("The dashboard could not be built. The lines above say why.");
}

/** What the child does. A Ctrl-C reaches the parent too, and that decides; once it is gone, nobody waits for the build. */
async function build(hash: string): Promise<void> {
  process.on("SIGINT", () => {});
  process.on("disconnect", () => process.exit(1));
  const unfinished = join(root, "dist", `web-new-${process.pid}`);
  const vite = await import("vite");
  try {
    await vite.build({
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
    await rm(unfinished, { recursive: true, force: true });
  }
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

if (import.meta.main) {
  const [hash] = process.argv.slice(2);
  await (hash === undefined ? buildDashboard((line) => process.stdout.write(`${line}\n`)) : build(hash));
  // It would keep the child running.
  process.channel?.unref();
}
