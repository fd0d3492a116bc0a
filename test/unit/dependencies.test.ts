/** C23: what `npm ci` installs is known and checked. */
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";

const root = new URL("../../", import.meta.url);
const readJson = async <Content>(name: string) => JSON.parse(await readFile(new URL(name, root), "utf8")) as Content;

type Package = { version: string; integrity?: string; license?: string; dev?: boolean; devOptional?: boolean };
type Lock = { packages: Record<string, Package> };
type Manifest = { dependencies: Record<string, string>; devDependencies: Record<string, string> };

/** Under a license that asks for the source of its own files only; shipped unmodified. docs/dependencies.md has the reason. */
const withFileCopyleft = [{ path: "node_modules/web-push", license: "MPL-2.0" }];

/** Its license, CC BY-SA 4.0, is a word list's and not written as SPDX has it, so npm leaves it out. Only the check uses it. */
const withoutSpdxLicense = ["@cspell/dict-en-common-misspellings"];

describe("C23: dependencies", () => {
  test("have a hash in the lock file, including those for other platforms", async () => {
    const { packages } = await readJson<Lock>("package-lock.json");
    const names = Object.keys(packages).filter((path) => path !== "");
    expect(names.length).toBeGreaterThan(400);
    const withoutHash = names.filter((path) => !/^sha512-[\w+/]{86}==$/.test(packages[path]?.integrity ?? ""));
    expect(withoutHash).toEqual([]);
  });

  test("are pinned to one version", async () => {
    const { dependencies, devDependencies } = await readJson<Manifest>("package.json");
    const versions = Object.entries({ ...dependencies, ...devDependencies });
    expect(versions.filter(([, version]) => !/^(npm:[\w@/-]+@)?\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([]);
  });

  test("are named in docs/dependencies.md if the server or the dashboard is made of them", async () => {
    const { dependencies, devDependencies } = await readJson<Manifest>("package.json");
    const page = await readFile(new URL("docs/dependencies.md", root), "utf8");
    const ofDashboard = Object.keys(devDependencies).filter((name) =>
      /^(react|d3-|@mantine|@tanstack|@trpc|@tabler)/.test(name),
    );
    expect(ofDashboard.length).toBeGreaterThan(10);
    const names = [...Object.keys(dependencies), ...ofDashboard];
    expect(names.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  });

  test("have a permissive license if they are installed in production", async () => {
    const { packages } = await readJson<Lock>("package-lock.json");
    const installed = Object.entries(packages).filter(([path, { dev, devOptional }]) => path && !dev && !devOptional);
    expect(installed.length).toBeGreaterThan(100);
    const permissive = new Set([
      "MIT",
      "MIT-0",
      "ISC",
      "Apache-2.0",
      "BSD-2-Clause",
      "BSD-3-Clause",
      "0BSD",
      "Python-2.0",
      "Unlicense",
    ]);
    const others = installed.filter(([, { license }]) => !permissive.has(license ?? ""));
    expect(others.map(([path, { license }]) => ({ path, license }))).toEqual(withFileCopyleft);
  });

  test("are listed by `npm run sbom`, with their licenses", { timeout: 60_000 }, async () => {
    const { stdout } = await promisify(execFile)("npm", ["run", "--silent", "sbom"], {
      cwd: fileURLToPath(root),
      maxBuffer: 64 * 1024 * 1024,
    });
    const { bomFormat, components } = JSON.parse(stdout) as {
      bomFormat: string;
      components: { name: string; version: string; licenses?: unknown[] }[];
    };
    const { dependencies } = await readJson<Manifest>("package.json");
    expect(bomFormat).toBe("CycloneDX");
    const listed = new Set(components.map(({ name, version }) => `${name}@${version}`));
    for (const [name, version] of Object.entries(dependencies)) expect(listed).toContain(`${name}@${version}`);
    expect(components.filter(({ licenses }) => !licenses?.length).map(({ name }) => name)).toEqual(withoutSpdxLicense);
  });
});
