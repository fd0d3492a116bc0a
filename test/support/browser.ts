/** A real browser: Chromium from the npm package `@sparticuz/chromium`, or the one that CHROMIUM_PATH names. */
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { lstat, mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Browser } from "playwright-core";
import { chromium } from "playwright-core";

const run = promisify(execFile);

/** Opens a headless browser. Works for root and for other accounts; close it in `afterAll`. */
export async function openBrowser(extraArgs: string[] = []): Promise<Browser> {
  const own = process.env["CHROMIUM_PATH"]?.trim();
  const { executablePath, env } = own ? { executablePath: own, env: {} } : await unpacked();
  return chromium.launch({
    executablePath,
    env: { ...definedEnvironment(), ...env },
    // Chromium's own sandbox needs rights that root in a container and many accounts do not have; only our pages are opened.
    args: ["--no-sandbox", "--disable-gpu", "--font-render-hinting=none", ...extraArgs],
  });
}

function definedEnvironment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

/**
 * The package unpacks to fixed names in the temporary folder, where another account's or a half-written file may lie.
 * So it unpacks into a folder of our own, which is renamed when it is complete.
 */
async function unpacked(): Promise<{ executablePath: string; env: Record<string, string> }> {
  const folder = join(tmpdir(), `marketdesk-chromium-${await installedVersion()}-${process.getuid?.() ?? "user"}`);
  const directory = (await isOwnedByUser(folder)) ? folder : await unpack(folder);
  const executablePath = join(directory, "chromium");
  const env = { FONTCONFIG_FILE: join(directory, "fonts.conf") };
  const libraries = { LD_LIBRARY_PATH: join(directory, "al2023", "lib") };
  const runsAlone = await run(executablePath, ["--version"]).then(
    () => true,
    () => false,
  );
  return { executablePath, env: runsAlone ? env : { ...env, ...libraries } };
}

async function installedVersion(): Promise<string> {
  const entry = fileURLToPath(import.meta.resolve("@sparticuz/chromium"));
  const root = entry.slice(0, entry.lastIndexOf(join("@sparticuz", "chromium")));
  const { version } = createRequire(import.meta.url)(join(root, "@sparticuz/chromium/package.json")) as {
    version: string;
  };
  return version;
}

async function isOwnedByUser(folder: string): Promise<boolean> {
  const found = await lstat(folder).catch(() => null);
  return (
    found !== null &&
    found.isDirectory() &&
    found.uid === (process.getuid?.() ?? found.uid) &&
    (found.mode & 0o022) === 0
  );
}

async function unpack(folder: string): Promise<string> {
  const unfinished = `${folder}.new-${randomBytes(4).toString("hex")}`;
  await mkdir(unfinished, { mode: 0o700 });
  const script = 'import("@sparticuz/chromium").then(({ default: chromium }) => chromium.executablePath())';
  await run(process.execPath, ["--input-type=module", "-e", script], {
    cwd: dirname(fileURLToPath(import.meta.url)),
    // With the second variable, the package also unpacks libraries that a minimal system lacks.
    env: { ...process.env, TMPDIR: unfinished, AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x" },
  });
  await writeFile(join(unfinished, "fonts.conf"), fontsConfiguration(folder));
  try {
    await rename(unfinished, folder);
    return folder;
  } catch {
    if (await isOwnedByUser(folder)) {
      await rm(unfinished, { recursive: true, force: true });
      return folder;
    }
    // Another process was faster, so this run keeps its own copy.
    const apart = await mkdtemp(`${folder}-`);
    await writeFile(join(unfinished, "fonts.conf"), fontsConfiguration(apart));
    await rename(unfinished, apart);
    return apart;
  }
}

/** The same fonts on every machine, so that screenshots and widths do not differ. */
function fontsConfiguration(folder: string): string {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${folder}/fonts</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>${folder}/fonts-cache</cachedir>
</fontconfig>
`;
}
