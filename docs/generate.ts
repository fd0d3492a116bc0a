/** `npm run docs`: writes the pages that follow from the code. A test fails when a committed page is out of date. */
import { readdir, readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { secretSettings } from "../server/config/secret-files.ts";
import { settings } from "../server/settings.ts";
import type { Setting } from "../server/config/setting-schemas.ts";
import { eventCatalog } from "./event-catalog.ts";
import { accessOf, lifecycle, lifecycleActions, subscriptionStatuses } from "../shared/lifecycle.ts";

const root = new URL("../", import.meta.url);
const remark = "<!-- Written by `npm run docs`: change the code it follows from, not this page. -->";
const readmeMarks = { start: "<!-- settings:start -->", end: "<!-- settings:end -->" };

/** Settings that only tests read. */
const testSettings = {
  TEST_DATABASE_URL: {
    default: null,
    defaultInWords: "none: an embedded PostgreSQL 18",
    meaning:
      "A PostgreSQL for `npm test`, with a role that may create databases and roles; each test file gets a database of its own.",
  },
  CHROMIUM_PATH: {
    default: null,
    defaultInWords: "none: the one that `npm ci` brings",
    meaning: "A Chromium or Chrome for the browser tests.",
  },
};

type Described = Pick<Setting<unknown>, "default" | "defaultInWords" | "meaning">;

function table(head: string[], rows: string[][]): string {
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function settingsTable(described: Record<string, Described>): string {
  const rows = Object.entries(described).map(([name, setting]) => [
    `\`${name}\``,
    setting.defaultInWords ?? `\`${setting.default}\``,
    setting.meaning,
  ]);
  return table(["Setting", "Default", "Meaning"], rows);
}

function settingsPage(): string {
  return `${remark}

# Settings

All settings are environment variables. A blank value counts as unset. A setting that cannot be used stops the start with
a message that names it and says what to do.

Each of these can also be read from a file, whose path is in the setting of the same name with \`_FILE\` at its end:
${secretSettings.map((name) => `\`${name}\``).join(", ")}. A newline at the end of the file is not part of the secret.

${settingsTable(settings)}

## Tests

${settingsTable(testSettings)}
`;
}

function lifecyclePage(): string {
  const acknowledgement = { required: "within 10 s", "best-effort": "best effort", never: "no" };
  const actions = lifecycleActions.map((action) => {
    const { from, to, acknowledge, startedBy, mayBeFirst } = lifecycle[action];
    const origins = [...(mayBeFirst ? ["(not yet known)"] : []), ...from];
    return [action, origins.join(", "), to, startedBy.join(", "), acknowledgement[acknowledge]];
  });
  const access = subscriptionStatuses.map((status) => [status, accessOf(status, false), accessOf(status, true)]);
  return `${remark}

# Lifecycle of a subscription

An action may happen in the statuses under *From* and leads to the one under *To*. Statuses and actions are Microsoft's, except
*Activate*, which is a call of the publisher. *Answer* says whether Microsoft waits for the publisher to accept or reject.

${table(["Action", "From", "To", "Started by", "Answer"], actions)}

## Access

What the customer may do in the publisher's product follows from the status and from the publisher's own hold.

${table(["Status", "No hold", "On hold"], access)}
`;
}

/** The title and the status of each decision, read from its page. */
async function decisionsPage(): Promise<string> {
  const folder = new URL("docs/decisions/", root);
  const files = (await readdir(folder)).filter((name) => /^\d{4}-.*\.md$/.test(name)).sort();
  const rows = await Promise.all(
    files.map(async (name) => {
      const page = await readFile(new URL(name, folder), "utf8");
      const [, number, title] = /^# (\d{4}): (.+)$/m.exec(page) ?? [];
      const [, status] = /^## Status\n\n([^]+?)\n\n/m.exec(page) ?? [];
      return [`[${number}](${name})`, String(title), String(status).replaceAll("\n", " ")];
    }),
  );
  return `${remark}

# Decisions

Each page explains one decision: its status, the context, the decision and its consequences. To add one, copy the form of another
page, take the next number, and run \`npm run docs\`. A decision that no longer applies stays and says what supersedes it.

${table(["Number", "Decision", "Status"], rows)}
`;
}

/** Each setting as a comment with its meaning and a line to uncomment; secrets and settings without a default stay empty. */
function environmentFile(): string {
  const entries = Object.entries(settings).map(([name, setting]) => {
    const { default: byDefault, defaultInWords, meaning }: Described = setting;
    const text = byDefault === null || byDefault === "" ? `${meaning} Default: ${defaultInWords}.` : meaning;
    return [...wrap(text.replaceAll("`", ""), 118).map((line) => `# ${line}`), `#${name}=${byDefault ?? ""}`].join(
      "\n",
    );
  });
  return `# Written by \`npm run docs\` from server/settings.ts.
# Copy this file to .env, which Git ignores, and remove the # before the settings that you need. compose.yaml reads .env
# (docs/container.md); \`npm start\` reads environment variables only: set -a; . ./.env; set +a

# For compose.yaml only: the passwords of the owner of the database and of the app's role. \`openssl rand -hex 24\` makes good ones.
#DATABASE_PASSWORD=
#APP_DATABASE_PASSWORD=

${entries.join("\n\n")}
`;
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

function readme(former: string): string {
  const start = former.indexOf(readmeMarks.start);
  const end = former.indexOf(readmeMarks.end);
  if (start < 0 || end < start)
    throw new Error(`README.md has lost its marks ${readmeMarks.start} and ${readmeMarks.end}.`);
  return `${former.slice(0, start + readmeMarks.start.length)}\n\n${settingsTable(settings)}\n\n${former.slice(end)}`;
}

/** Each generated page by its path from the root, with what it should be now and what it is. */
export async function generatedPages(): Promise<{ path: string; wanted: string; found: string }[]> {
  const pages = {
    "docs/settings.md": settingsPage,
    "docs/lifecycle.md": lifecyclePage,
    "docs/events.md": eventCatalog(remark),
    "docs/decisions/README.md": await decisionsPage(),
    "README.md": readme,
    ".env.example": environmentFile,
  };
  return Promise.all(
    Object.entries(pages).map(async ([path, write]) => {
      const found = await readFile(new URL(path, root), "utf8").catch(() => "");
      return { path, wanted: typeof write === "string" ? write : write(found), found };
    }),
  );
}

if (import.meta.main) {
  for (const { path, wanted, found } of await generatedPages()) {
    if (wanted === found) continue;
    await writeFile(new URL(path, root), wanted);
    process.stdout.write(`Wrote ${fileURLToPath(new URL(path, root))}\n`);
  }
}
