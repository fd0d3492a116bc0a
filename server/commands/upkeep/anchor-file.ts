/** The file that keeps the audit trail's anchors outside of the database: one JSON object per line, the latest last. */
import { appendFile, readFile } from "node:fs/promises";
import type { Anchor } from "../../database/record/record-anchor.ts";

export type AnchorFile = ReturnType<typeof openAnchorFile>;

/** @param file its path; created with the first anchor */
export function openAnchorFile(file: string) {
  /** @throws Error with a sentence if a line is not an anchor */
  async function readAll(): Promise<Anchor[]> {
    const content = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return "";
      throw error;
    });
    return content
      .split("\n")
      .filter((line) => line.trim() !== "")
      .map((line, index) => readAnchorLine(line, `${file}, line ${index + 1}`));
  }
  return {
    readAll,
    readLast: async () => (await readAll()).at(-1) ?? null,
    append: (anchor: Anchor) => appendFile(file, `${JSON.stringify(anchor)}\n`, { mode: 0o600 }),
  };
}

export function differsFrom(kept: Anchor, current: Pick<Anchor, "entries" | "streams" | "digest">): boolean {
  return kept.digest !== current.digest || kept.entries !== current.entries || kept.streams !== current.streams;
}

function readAnchorLine(line: string, place: string): Anchor {
  try {
    const { through, entries, streams, digest } = JSON.parse(line) as Anchor;
    if (!Number.isNaN(Date.parse(through)) && /^[0-9a-f]{64}$/.test(digest) && entries >= 0 && streams >= 0) {
      return { through, entries, streams, digest };
    }
  } catch {
    // Reported below.
  }
  throw new Error(`${place} is not an anchor. Restore the file from its backup, or start a new one.`);
}
