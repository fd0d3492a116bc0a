/** Every page in Markdown: its links, and the paths and commands that it mentions, lead to something. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";

const root = path.join(import.meta.dirname, "..", "..");
const isForeign = (name: string) => /^(?:node_modules|dist|\.git|\.data|\.cache)$/.test(name);

function filesBelow(folder: string): string[] {
  return readdirSync(path.join(root, folder), { withFileTypes: true })
    .filter((entry) => !isForeign(entry.name))
    .flatMap((entry) => {
      const name = path.posix.join(folder, entry.name);
      return entry.isDirectory() ? filesBelow(name) : [name];
    });
}

const files = filesBelow(".");
const known = new Set(files.flatMap((file) => [file, ...foldersOf(file)]));
/** `operations/settle.ts` and `settle.ts` for `server/commands/operations/settle.ts`: pages shorten what their context names. */
const endings = new Set([...known].flatMap((file) => file.split("/").map((_, at, parts) => parts.slice(at).join("/"))));
const pages = files.filter((file) => file.endsWith(".md"));
const contentOf = (page: string) => readFileSync(path.join(root, page), "utf8");
const { scripts } = JSON.parse(contentOf("package.json")) as { scripts: Record<string, string> };

function foldersOf(file: string): string[] {
  return file.split("/").flatMap((_, at, parts) => (at === 0 ? [] : [parts.slice(0, at).join("/")]));
}

const fence = /^```(\w*)[^\n]*\n([^]*?)^```$/gm;
const withoutFences = (text: string) => text.replaceAll(fence, "");

/** As GitHub makes the anchor of a heading. */
function anchorsOf(text: string): Set<string> {
  const headings = withoutFences(text).matchAll(/^#{1,6} (.+)$/gm);
  return new Set(
    [...headings].map(([, title = ""]) =>
      title
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
        .replaceAll(/\s/g, "-"),
    ),
  );
}

/** Links and pictures that lead to no file of the repository, or to a heading that its page does not have. */
function deadLinks(page: string, text: string): string[] {
  const prose = withoutFences(text).replaceAll(/`[^`\n]*`/g, "");
  const targets = [/\]\(\s*<?([^)>\s]+)/g, /\b(?:src|srcset|href)="([^"]+)"/g, /^\[[^\]]+\]:\s*(\S+)/gm]
    .flatMap((pattern) => [...prose.matchAll(pattern)])
    .map(([, target = ""]) => target);
  return targets.filter((target) => {
    if (/^[a-z][\w+.-]*:/i.test(target)) return false;
    const [file = "", anchor] = target.split("#");
    const place =
      file === "" ? page : path.posix.join(path.posix.dirname(page), decodeURIComponent(file)).replace(/\/$/, "");
    if (!known.has(place)) return true;
    return (
      anchor !== undefined && place.endsWith(".md") && !anchorsOf(file === "" ? text : contentOf(place)).has(anchor)
    );
  });
}

const extensions = "cjs|css|html|js|json|jsonc|md|mjs|mts|pem|sh|sql|svg|toml|ts|tsx|yaml|yml";
const fileLike = new RegExp(String.raw`^(?:[\w.@*-]+/)*[\w.*-]*\w\.(?:${extensions})$`);
const topFolders = [...new Set(files.filter((file) => file.includes("/")).map((file) => file.split("/")[0] ?? ""))];
const folderLike = new RegExp(
  String.raw`^(?:${topFolders.map((name) => name.replace(".", "\\.")).join("|")})/[\w./*-]*$`,
);
/** As the pages about tests name them: `integration/settling` for `test/integration/settling.test.ts`. */
const testLike = /^(?:unit|web|integration|e2e)\/[\w-]+$/;
/** Files that only exist on the reader's machine, and packages that are named like a file. */
const notOfRepository = new Set([".env", "big.js", "ipaddr.js"]);

function existsSomewhere(mention: string, page: string): boolean {
  const name = mention.replace(/^\.\//, "").replace(/\/$/, "");
  if (name.includes("*")) {
    const pattern = new RegExp(`(?:^|/)${name.replaceAll(".", "\\.").replaceAll(/\*+/g, "[^/]*")}$`);
    return [...known].some((file) => pattern.test(file));
  }
  if (notOfRepository.has(name) || endings.has(name)) return true;
  if (known.has(path.posix.join(path.posix.dirname(page), name))) return true;
  return testLike.test(name) && [".test.ts", ".test.tsx"].some((ending) => known.has(`test/${name}${ending}`));
}

/** Examples in docs/style.md of how a name should not be, and how it could be. */
const example = /^\s*- (?:Before|After): .*$/gm;

/** Paths in backticks, and the files in code blocks without a language, that no file of the repository has. */
function deadPaths(page: string, text: string): string[] {
  const inline = [
    ...withoutFences(text)
      .replaceAll(example, "")
      .matchAll(/`([^`\n]+)`/g),
  ].map(([, code = ""]) => code);
  const drawn = [...text.matchAll(fence)]
    .filter(([, language]) => language === "")
    .flatMap(([, , block = ""]) => block.match(/[\w.-]+(?:\/[\w.-]+)*\/?/g) ?? [])
    .filter((word) => fileLike.test(word));
  const mentions = inline.filter((code) => fileLike.test(code) || folderLike.test(code) || testLike.test(code));
  return [...new Set([...mentions, ...drawn])].filter((mention) => !existsSomewhere(mention, page));
}

/** Functions and settings of libraries and of Entra. */
const namesOfOthers = new Set(["optionalClaims", "serveStatic"]);
const sourceWords = new Set(
  files
    .filter((file) =>
      /^(?:(?:server|shared|web|sandbox|clients|build|bench|test)\/.*|[^/]+)\.(?:ts|tsx|json)$/.test(file),
    )
    .filter((file) => file !== "package-lock.json" && file !== "test/unit/markdown.test.ts")
    .flatMap((file) => contentOf(file).match(/\b[a-z]+[A-Z]\w*/g) ?? []),
);

/** Names of code in backticks, such as `planId`, that no source has. The last column of the glossary's tables says what not to use. */
function deadNames(page: string, text: string): string[] {
  const prose = withoutFences(page === "docs/glossary.md" ? text.replaceAll(/\|[^|\n]*\|$/gm, "|") : text);
  const names = [...prose.replaceAll(example, "").matchAll(/`([a-z]+[A-Z]\w*)`/g)].map(([, name = ""]) => name);
  return [...new Set(names)].filter((name) => !sourceWords.has(name) && !namesOfOthers.has(name));
}

/** `npm run …` of scripts that package.json does not have. */
function deadCommands(text: string): string[] {
  const named = [...text.matchAll(/npm run (?:--silent |-s )?([\w:-]+)/g)].map(([, name = ""]) => name);
  return named.filter((name) => !(name in scripts));
}

describe("a Markdown page", () => {
  test.each(pages)("%s has no dead link, path, name or command", (page) => {
    const text = contentOf(page);
    expect({
      links: deadLinks(page, text),
      paths: deadPaths(page, text),
      names: deadNames(page, text),
      commands: deadCommands(text),
    }).toEqual({ links: [], paths: [], names: [], commands: [] });
  });

  test.each([
    ["[a](docs/none.md)", ["docs/none.md"]],
    ["[a](docs/README.md#no-such-heading)", ["docs/README.md#no-such-heading"]],
    ['<img src="docs/screenshots/none.png">', ["docs/screenshots/none.png"]],
    ["[a](README.md), [b](#here), [c](https://example.com/none)\n\n## Here", []],
  ])("has its dead links found: %s", (text, found) => {
    expect(deadLinks("README.md", text)).toEqual(found);
  });

  test.each([
    ["`server/none.ts`", ["server/none.ts"]],
    ["`none.ts`", ["none.ts"]],
    ["`server/none/`", ["server/none/"]],
    ["`integration/none`", ["integration/none"]],
    ["`test/none-*.ts`", ["test/none-*.ts"]],
    ["```\nserver/\n  none.ts   says nothing\n```", ["none.ts"]],
    ["- Before: `none.ts` · After: `nothing.ts`", []],
    ["`server/settings.ts`, `settings.ts`, `unit/config`, `server/`, `test/unit/*.test.ts`, `/none.md`, `a.b`", []],
  ])("has its dead paths found: %s", (text, found) => {
    expect(deadPaths("README.md", text)).toEqual(found);
  });

  test.each([
    ["README.md", "`planId` and `planIdentifier`", ["planIdentifier"]],
    ["docs/glossary.md", "| plan | `planIdentifier` | `planKey` |", ["planIdentifier"]],
    ["docs/style.md", "- Before: `planKey` · After: `planIdentifier`", []],
  ])("of %s has its dead names found: %s", (page, text, found) => {
    expect(deadNames(page, text)).toEqual(found);
  });

  test("has its missing commands found", () => {
    expect(deadCommands("`npm run none` and `npm run check`")).toEqual(["none"]);
  });
});

describe("the decision pages", () => {
  const decisions = pages.filter((page) => /^docs\/decisions\/\d{4}-/.test(page));

  test.each(decisions)("have the usual form: %s", (page) => {
    const text = contentOf(page);
    const number = path.basename(page).slice(0, 4);
    expect(text.split("\n")[0]).toMatch(new RegExp(`^# ${number}: \\S`));
    expect(text.match(/^## .+$/gm)).toEqual(["## Status", "## Context", "## Decision", "## Consequences"]);
    expect(text).toMatch(/^## Status\n\n(?:Accepted|Proposed|Superseded by \[\d{4}\]\([\w-]+\.md\))[. ]/m);
  });

  test("are numbered without gaps and duplicates", () => {
    expect(decisions.map((page) => Number(path.basename(page).slice(0, 4)))).toEqual(decisions.map((_, at) => at + 1));
  });

  test("exist if code refers to them", () => {
    const sources = files.filter((file) => /\.(?:ts|tsx|js|sql)$/.test(file) && file !== "test/unit/markdown.test.ts");
    const mentioned = sources.flatMap((file) =>
      [...contentOf(file).matchAll(/decisions?[ /](\d{4})\b/g)].map(([, number]) => ({ file, number })),
    );
    const numbers = new Set(decisions.map((page) => path.basename(page).slice(0, 4)));
    expect(mentioned.filter(({ number = "" }) => !numbers.has(number))).toEqual([]);
  });
});

describe("the indexes of pages", () => {
  test("in docs/README.md link to all pages in docs", () => {
    const index = contentOf("docs/README.md");
    const below = pages.filter((page) => /^docs\/[^/]+\.md$/.test(page) && page !== "docs/README.md");
    expect(below.filter((page) => !index.includes(`](${path.basename(page)})`))).toEqual([]);
  });

  test("in CHANGELOG.md have the version of the package as their newest release", () => {
    const { version } = JSON.parse(contentOf("package.json")) as { version: string };
    const lock = JSON.parse(contentOf("package-lock.json")) as {
      version: string;
      packages: Record<string, { version?: string }>;
    };
    const [, newest] = /^## \[(\d+\.\d+\.\d+)\] - \d{4}-\d{2}-\d{2}$/m.exec(contentOf("CHANGELOG.md")) ?? [];
    expect([newest, lock.version, lock.packages[""]?.version]).toEqual([version, version, version]);
  });
});
