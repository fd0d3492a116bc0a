/**
 * The script that the dashboard's pages load, compressed as it is sent, against its budget. `node bench/bundle-size.ts` builds the
 * dashboard if necessary, and fails with a message if a page is over its budget.
 */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { buildDashboard } from "../build/dashboard.ts";
import { withVerdict, maximum, type Measurement } from "./measurement.ts";

export const budgetKb = { firstPage: 140, furtherPage: 40, landing: 15 };
/** The page at `/`. */
const firstPage = "home";
/** The parts that `web/main.tsx` fetches once the first page is shown. */
const prefetched = ["filters", "stale-queries"];

type Script = { bytes: number; imports: string[]; pages: string[] };
type Part = { name: string; kb: number };
export type BundleSizes = { firstPageKb: number; prefetchedKb: number; furtherPages: Part[]; dialogs: Part[] };

/** Pages, and dialogs that load when they open: each counts the script that the first page has neither loaded nor prefetched. */
export async function measureBundle(dir: string): Promise<BundleSizes> {
  const page = await readFile(path.join(dir, "index.html"), "utf8");
  const [, entry = ""] = /<script type="module"[^>]* src="\/assets\/([^"]+)"/.exec(page) ?? [];
  const scripts = await readScripts(path.join(dir, "assets"), entry);
  const start = withImports(scripts, [entry]);
  const laterOf = (from: Set<string>) => [...from].flatMap((name) => scripts.get(name)?.pages ?? []);
  const laterNamed = (wanted: string) => {
    const found = laterOf(start).find((name) => nameOf(name) === wanted);
    if (found === undefined) throw new Error(`The build has no part named ${wanted}; bench/bundle-size.ts expects it.`);
    return found;
  };
  const home = laterNamed(firstPage);
  const firstLoad = withImports(scripts, [...start, home]);
  const loaded = withImports(scripts, [...firstLoad, ...prefetched.map(laterNamed)]);
  const part = (name: string): Part => ({
    name: nameOf(name),
    kb: kilobytes(
      scripts,
      [...withImports(scripts, [name])].filter((one) => !loaded.has(one)),
    ),
  });
  const pages = new Set(laterOf(start));
  const later = new Set([...scripts.values()].flatMap((script) => script.pages));
  return {
    firstPageKb: kilobytes(scripts, firstLoad),
    prefetchedKb: kilobytes(scripts, loaded) - kilobytes(scripts, firstLoad),
    furtherPages: [...pages].filter((name) => name !== home && !prefetched.includes(nameOf(name))).map(part),
    dialogs: [...later].filter((name) => !pages.has(name)).map(part),
  };
}

async function readScripts(folder: string, entry: string): Promise<Map<string, Script>> {
  const scripts = new Map<string, Script>();
  const waiting = [entry];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (scripts.has(name)) continue;
    const file = path.join(folder, name);
    const text = await readFile(file, "utf8");
    // There is no compressed file if compression did not make it smaller.
    const packed = await readFile(`${file}.br`).catch(() => Buffer.from(text));
    const imports = named(text, /(?:\bfrom|\bimport)\s*["'`]\.\/([^"'`]+\.js)["'`]/g);
    const pages = named(text, /\bimport\(\s*["'`]\.\/([^"'`]+\.js)["'`]\s*\)/g);
    scripts.set(name, { bytes: packed.length, imports, pages });
    waiting.push(...imports, ...pages);
  }
  return scripts;
}

function named(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([, name = ""]) => name);
}

function withImports(scripts: Map<string, Script>, names: string[]): Set<string> {
  const found = new Set<string>();
  const waiting = [...names];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (found.has(name)) continue;
    found.add(name);
    waiting.push(...(scripts.get(name)?.imports ?? []));
  }
  return found;
}

function kilobytes(scripts: Map<string, Script>, names: Iterable<string>): number {
  return [...names].reduce((sum, name) => sum + (scripts.get(name)?.bytes ?? 0), 0) / 1_000;
}

/** `subscription-Dx3k_1aB.js` belongs to the page `subscription`: the build appends a hash of eight characters. */
function nameOf(file: string): string {
  return file.replace(/-[\w-]{7}\.js$/, "");
}

export function bundleRows({ firstPageKb, prefetchedKb, furtherPages, dialogs }: BundleSizes): Measurement[] {
  const maxOf = (parts: Part[]) => parts.toSorted((a, b) => b.kb - a.kb)[0];
  const page = maxOf(furtherPages);
  const dialog = maxOf(dialogs);
  return [
    withVerdict(
      { name: "dashboard: script of the first page, compressed", value: firstPageKb, unit: "kB" },
      maximum(budgetKb.firstPage),
    ),
    withVerdict({
      name: "dashboard: script that is fetched once the first page is there",
      value: prefetchedKb,
      unit: "kB",
      note: "the schemas of filters, and what a change affects",
    }),
    withVerdict(
      {
        name: "dashboard: script that a further page adds, the largest",
        value: page?.kb ?? 0,
        unit: "kB",
        note: `${page?.name}, of ${furtherPages.length} pages`,
      },
      maximum(budgetKb.furtherPage),
    ),
    withVerdict({
      name: "dashboard: script that a dialog adds when it is opened, the largest",
      value: dialog?.kb ?? 0,
      unit: "kB",
      note: `${dialog?.name}, of ${dialogs.length} dialogs, on the first page; dialogs share most of it`,
    }),
  ];
}

if (import.meta.main) {
  const sizes = await measureBundle(await buildDashboard(() => {}));
  const over = [
    ...(sizes.firstPageKb > budgetKb.firstPage
      ? [`The first page loads ${sizes.firstPageKb.toFixed(1)} kB of script; its budget is ${budgetKb.firstPage} kB.`]
      : []),
    ...sizes.furtherPages
      .filter(({ kb }) => kb > budgetKb.furtherPage)
      .map(({ name, kb }) => `${name} adds ${kb.toFixed(1)} kB of script; its budget is ${budgetKb.furtherPage} kB.`),
  ];
  for (const sentence of over) process.stderr.write(`${sentence}\n`);
  process.exitCode = over.length > 0 ? 1 : 0;
}
