/** Folders of `dist/` that are built again when their sources have changed. */
import { createHash } from "node:crypto";
import { readFileSync, readdirSync, statSync } from "node:fs";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));
const dist = join(root, "dist");

type Output = {
  /** The folder's name in `dist/`. */
  name: string;
  /** Source files and folders, relative to the project's folder. */
  sources: string[];
  /** Writes all of it into this folder. */
  make: (folder: string) => Promise<void>;
};

const building = new Map<string, Promise<string>>();

/** Returns the folder, built first if its sources have changed. Callers at the same time share a build; processes do not collide. */
export function upToDate(output: Output, say: (line: string) => void): Promise<string> {
  const current = building.get(output.name);
  if (current) return current;
  const build = buildIfOutdated(output, say).finally(() => building.delete(output.name));
  building.set(output.name, build);
  return build;
}

async function buildIfOutdated({ name, sources, make }: Output, say: (line: string) => void): Promise<string> {
  const output = join(dist, name);
  // Next to the output and written last, so that it exists only if the output is complete.
  const record = join(dist, `${name}.sha256`);
  const hash = hashOf(["package-lock.json", "build", ...sources]);
  if ((await readFile(record, "utf8").catch(() => "")) === hash) return output;
  say(`Building dist/${name}.`);
  const unfinished = join(dist, `${name}-new-${process.pid}`);
  try {
    await make(unfinished);
    await replace(output, unfinished);
    await writeFile(record, hash);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  return output;
}

function hashOf(paths: string[]): string {
  const hash = createHash("sha256");
  for (const file of paths.flatMap((path) => filesIn(join(root, path)))) {
    hash
      .update(`${file.slice(root.length)}\0`)
      .update(readFileSync(file))
      .update("\0");
  }
  return hash.digest("hex");
}

/** The file itself, or the files in a folder at any depth, in the same order on all systems. */
export function filesIn(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** Another process may put its own output there at the same time. */
async function replace(output: string, unfinished: string): Promise<void> {
  await mkdir(dist, { recursive: true });
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
