/** `npm run prose`: refuses the words that docs/style.md bans, in Markdown and in the prose of TypeScript. */
import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { TextlintKernel } from "@textlint/kernel";
import markdown from "@textlint/textlint-plugin-markdown";
import terminology from "textlint-rule-terminology";
import bannedTerms from "./banned-terms.json" with { type: "json" };
import { sourceProse } from "./source-prose.ts";

const root = path.join(import.meta.dirname, "..");
/** Not ours, or, as the glossary, a page that names what not to say. */
const neverLinted = ["node_modules/**", "dist/**", "drizzle/**", ".data/**", "docs/glossary.md"];

/** A phrase may continue on the next line of a comment. */
const terms = Object.entries(bannedTerms).map(([term, instead]) => [
  term.replaceAll(" ", String.raw`[\s*/]+`),
  instead,
]);
/** Parsing takes long, so only files that may contain a banned term are parsed. */
const anyTerm = new RegExp(String.raw`\b(?:${terms.map(([term]) => term).join("|")})\b`, "i");

const kernel = new TextlintKernel();
let count = 0;
for (const file of globSync("**/*.{md,ts,tsx}", { cwd: root, exclude: neverLinted })) {
  const text = readFileSync(path.join(root, file), "utf8");
  if (!anyTerm.test(text)) continue;
  const { messages } = await kernel.lintText(text, {
    filePath: file,
    ext: path.extname(file),
    plugins: [
      { pluginId: "markdown", plugin: markdown.default },
      { pluginId: "source-prose", plugin: sourceProse },
    ],
    rules: [
      {
        ruleId: "terminology",
        rule: terminology,
        options: { defaultTerms: false, terms, skip: ["BlockQuote", "Emphasis"] },
      },
    ],
  });
  for (const { line, column, message } of messages) {
    process.stderr.write(`${file}:${line}:${column} ${message}\n`);
    count += 1;
  }
}
if (count > 0) {
  process.stderr.write(`\n${count} banned terms. See docs/style.md and prose/banned-terms.json.\n`);
  process.exitCode = 1;
}
