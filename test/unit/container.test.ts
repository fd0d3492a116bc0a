/** What the container's files repeat from elsewhere is what stands there. */
import { existsSync, globSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { programs } from "../../build/server.ts";
import { settings } from "../../server/settings.ts";

const root = path.join(import.meta.dirname, "..", "..");
const contentOf = (file: string) => readFileSync(path.join(root, file), "utf8");
const [dockerfile, compose] = [contentOf("Dockerfile"), contentOf("compose.yaml")];
const manifest = JSON.parse(contentOf("package.json")) as {
  scripts: { start: string };
  devDependencies: { node: string };
};

describe("the container", () => {
  test("runs what `npm start` runs", () => {
    const [, command = ""] = /^CMD (\[.+\])$/m.exec(dockerfile) ?? [];
    expect((JSON.parse(command) as string[]).join(" ")).toBe(manifest.scripts.start);
  });

  test("accepts the base image's Node only in the major version of the lock file", () => {
    const [major] = manifest.devDependencies.node.split(".");
    expect(dockerfile).toContain(`'^v${major}\\.'`);
    expect(dockerfile).toContain(`node:${major}-`);
  });

  test("copies only files that exist and that .dockerignore includes", () => {
    const sources = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, names = ""]) =>
      names.split(" "),
    );
    const files = sources.filter((name) => name !== ".").map((name) => name.replace(/\/$/, ""));
    expect(files.length).toBeGreaterThan(3);
    expect(files.filter((name) => !existsSync(path.join(root, name)))).toEqual([]);
    const allowed = new Set(contentOf(".dockerignore").match(/(?<=^!).+$/gm));
    expect(files.filter((name) => !allowed.has(name))).toEqual([]);
  });

  test("includes every file that the build imports", () => {
    const allowed = [...(contentOf(".dockerignore").match(/(?<=^!).+$/gm) ?? [])];
    const files = globSync("{build,server,sandbox,shared,web}/**/*.{ts,tsx}", { cwd: root });
    const imported = files.flatMap((file) =>
      [...contentOf(file).matchAll(/(?:from|import) "(\.{1,2}\/[^"]+)"/g)].map(([, to = ""]) =>
        path.posix.join(path.posix.dirname(file), to),
      ),
    );
    expect(imported.length).toBeGreaterThan(1_000);
    const isIncluded = (file: string) => allowed.some((entry) => file === entry || file.startsWith(`${entry}/`));
    expect([...new Set(imported)].filter((file) => !isIncluded(file))).toEqual([]);
  });

  test("listens on the port that Compose publishes and the health check uses", () => {
    expect(dockerfile).toContain(`PORT=${settings.PORT.default} `);
    expect(dockerfile).toContain(`EXPOSE ${settings.PORT.default}\n`);
    expect(compose).toContain(`127.0.0.1:${settings.PORT.default}:${settings.PORT.default}`);
  });

  test("migrates with a built program, and grants rights to the role that is created", () => {
    const [, file = "", role = ""] = /command: \[node, (\S+), --grant, (\w+)\]/.exec(compose) ?? [];
    expect(Object.keys(programs).map((name) => `dist/server/${name}.js`)).toContain(file);
    expect(contentOf("container/create-app-role.sql")).toContain(`create role ${role} login`);
    expect(compose.match(/postgresql:\/\/\w+/g)).toContain(`postgresql://${role}`);
  });

  test("does not pass the owner's password to the app", () => {
    const app = compose.slice(compose.indexOf("  app:"), compose.indexOf("  sandbox:"));
    expect(app).toContain('DATABASE_PASSWORD: ""');
    expect(app).not.toContain("${DATABASE_PASSWORD}");
  });
});
