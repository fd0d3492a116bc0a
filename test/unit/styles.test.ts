/** Where styles live (docs/architecture.md): a component imports its own sheet, and little is global; which buttons are used. */
import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";

const web = new URL("../../web/", import.meta.url).pathname;
const read = (file: string) => readFileSync(path.join(web, file), "utf8");
const sheets = globSync("**/*.css", { cwd: web });
const sources = globSync("**/*.{ts,tsx}", { cwd: web, exclude: ["**/*.d.ts"] });

/** Words that cannot name an export, and so no class. */
const reserved =
  /^(await|break|case|catch|class|const|continue|debugger|default|delete|do|else|enum|export|extends|false|finally|for|function|if|implements|import|in|instanceof|interface|let|new|null|package|private|protected|public|return|static|super|switch|this|throw|true|try|typeof|var|void|while|with|yield)$/;

/** The classes of a sheet, without those of others in `:global(…)`. */
function classesOf(sheet: string): Set<string> {
  const selectors = read(sheet)
    .replaceAll(/\/\*.*?\*\//gs, "")
    .replaceAll(/\{[^{}]*\}/g, "{}")
    .replaceAll(/:global\([^)]*\)/g, "");
  return new Set([...selectors.matchAll(/\.([a-zA-Z_][\w-]*)/g)].map(([, name = ""]) => name));
}

/** Each sheet of a component with the classes that the sources take from it. */
function usedClasses(): Map<string, Set<string>> {
  const used = new Map<string, Set<string>>();
  for (const file of sources) {
    const text = read(file);
    for (const [, name, from = ""] of text.matchAll(/^import \* as (\w+) from "([^"]+\.module\.css)";$/gm)) {
      const sheet = path.join(path.dirname(file), from);
      const taken = [...text.matchAll(new RegExp(String.raw`\b${name}\.(\w+)`, "g"))].map(([, one = ""]) => one);
      used.set(sheet, new Set([...(used.get(sheet) ?? []), ...taken]));
    }
  }
  return used;
}

test("only web/styles has sheets for the whole dashboard, and only main.tsx imports them", () => {
  const plain = sheets.filter((sheet) => !sheet.endsWith(".module.css"));
  expect(plain.filter((sheet) => path.dirname(sheet) !== "styles")).toEqual([]);
  const importing = sources.filter((file) => /^import "[^"]+\.css"/m.test(read(file)));
  expect(importing).toEqual(["main.tsx"]);
});

test("a component imports its sheet in the form from which unused classes are dropped", () => {
  const others = sources.flatMap((file) =>
    [...read(file).matchAll(/^import (?!\* as )[^;]*\.module\.css";$/gm)].map(([line]) => `${file}: ${line}`),
  );
  expect(others).toEqual([]);
});

test("each tone that a callout is given has a color", () => {
  const tones = sources.flatMap((file) => [
    ...read(file).matchAll(/calloutStyles\.callout\}[^>]*?data-tone="(\w+)"/gs),
  ]);
  expect(tones.length).toBeGreaterThan(5);
  const sheet = read("components/callout.module.css");
  expect(tones.map(([, tone]) => tone).filter((tone) => !sheet.includes(`[data-tone="${tone}"]`))).toEqual([]);
});

test("a page's sheet is imported only by files in its folder", () => {
  const strangers = sources.flatMap((file) =>
    [...read(file).matchAll(/from "([^"]+\.module\.css)"/g)]
      .map(([, from = ""]) => path.join(path.dirname(file), from))
      .filter((sheet) => sheet.startsWith("pages/") && path.dirname(sheet) !== path.dirname(file))
      .map((sheet) => `${file} imports ${sheet}`),
  );
  expect(strangers).toEqual([]);
});

test("no two sheets have one name, because the name is part of their classes", () => {
  const names = sheets.map((sheet) => path.basename(sheet));
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});

test("each class that a component uses is in its sheet, and each class is used", () => {
  const used = usedClasses();
  const differences = sheets
    .filter((sheet) => sheet.endsWith(".module.css"))
    .flatMap((sheet) => {
      const [wanted, there] = [used.get(sheet) ?? new Set<string>(), classesOf(sheet)];
      return [
        ...[...wanted].filter((name) => !there.has(name)).map((name) => `${sheet} has no .${name}`),
        ...[...there].filter((name) => !wanted.has(name)).map((name) => `.${name} of ${sheet} is not used`),
      ];
    });
  expect(differences).toEqual([]);
});

test("a class has a name that can be exported", () => {
  const names = sheets.filter((sheet) => sheet.endsWith(".module.css")).flatMap((sheet) => [...classesOf(sheet)]);
  expect(names.length).toBeGreaterThan(300);
  expect(names.filter((name) => name.includes("-") || reserved.test(name))).toEqual([]);
});

test("a class that is written as text is one of web/styles/utilities.css", () => {
  const known = classesOf("styles/utilities.css");
  const strangers = sources.flatMap((file) =>
    [...read(file).matchAll(/\bclassName(?:=|: )(?:"([^"]*)"|\{([^}]*)\})/g)]
      .flatMap(([, text, code = ""]) => [
        text ?? "",
        ...[...code.matchAll(/(?:[?:] |^)"([^"]*)"/g)].map(([, one = ""]) => one),
      ])
      .flatMap((text) => text.split(" "))
      .filter((name) => /^[a-z][\w-]*$/.test(name) && !known.has(name))
      .map((name) => `${file}: ${name}`),
  );
  expect(known.size).toBeLessThan(8);
  expect(strangers).toEqual([]);
});

test("browser tests find elements by role, label or data attribute, because classes have names of the build", () => {
  const tests = new URL("../", import.meta.url).pathname;
  const lines = globSync("{e2e,support}/**/*.ts", { cwd: tests }).flatMap((file) =>
    readFileSync(path.join(tests, file), "utf8")
      .split("\n")
      .filter((line) => /(["'`])(?:[^"'`]*[\s>(,])?\.(?!first-paint)[a-z][\w-]*(?=[\s"'`[:>])/.test(line))
      .filter((line) => /locator\(|querySelector|matches\(|closest\(|shows:/.test(line))
      .map((line) => `${file}: ${line.trim()}`),
  );
  expect(lines).toEqual([]);
});

test("each component of Mantine in use has its sheet", () => {
  const imported = sources.flatMap((file) =>
    [...read(file).matchAll(/^import \{([^}]*)\} from "@mantine\/core";$/gm)].flatMap(([, names = ""]) =>
      names.split(",").map((name) => name.trim()),
    ),
  );
  const offered = new Set(globSync("*.css", { cwd: path.join(web, "../node_modules/@mantine/core/styles") }));
  const loaded = read("styles/mantine.css");
  const missing = [...new Set(imported)].filter(
    (name) => offered.has(`${name}.css`) && !loaded.includes(`styles/${name}.css`),
  );
  expect(missing).toEqual([]);
});

test("buttons are those of components/button.tsx, which keep the focus; Mantine's are only for links", () => {
  const others = sources.filter(
    (file) =>
      file !== "components/button.tsx" && /\bButton\b(?! as ButtonLink)[^}]*\} from "@mantine\/core"/.test(read(file)),
  );
  expect(others).toEqual([]);
  const waiting = sources.filter((file) => /<ButtonLink[^>]*\bloading=/.test(read(file)));
  expect(waiting).toEqual([]);
});
