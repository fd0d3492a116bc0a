/** The file that keeps the audit trail's anchors outside of the database: one JSON object per line, the latest last. */
import { appendFile, readFile, truncate } from "node:fs/promises";
import type { Anchor } from "../../database/record/record-anchor.ts";

export type AnchorFile = ReturnType<typeof openAnchorFile>;

/** @param file its path; created with the first anchor */
export function openAnchorFile(file: string) {
  const readContent = () =>
    readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return "";
      throw error;
    });

  /** @throws Error with a sentence if a line is not an anchor */
  async function readAll(): Promise<Anchor[]> {
    return wholeLinesOf(await readContent())
      .split("\n")
      .filter((line) => line.trim() !== "")
      .map((line, index) => readAnchorLine(line, `${file}, line ${index + 1}`));
  }
  return {
    readAll,
    readLast: async () => (await readAll()).at(-1) ?? null,
    async append(anchor: Anchor): Promise<void> {
      const content = await readContent();
      const whole = wholeLinesOf(content);
      if (whole.length < content.length) await truncate(file, Buffer.byteLength(whole));
      const separator = whole === "" || whole.endsWith("\n") ? "" : "\n";
      await appendFile(file, `${separator}${JSON.stringify(anchor)}\n`, { mode: 0o600 });
    },
  };
}

/** Without a last line that was only written in part, because the disk was full or the machine stopped. */
function wholeLinesOf(content: string): string {
  const start = content.lastIndexOf("\n") + 1;
  return parseAnchor(content.slice(start)) === null ? content.slice(0, start) : content;
}

export function differsFrom(kept: Anchor, current: Pick<Anchor, "entries" | "streams" | "digest">): boolean {
  return kept.digest !== current.digest || kept.entries !== current.entries || kept.streams !== current.streams;
}

function readAnchorLine(line: string, place: string): Anchor {
  const anchor = parseAnchor(line);
  if (anchor) return anchor;
  throw new Error(`${place} is not an anchor. Restore the file from its backup, or start a new one.`);
}

function parseAnchor(line: string): Anchor | null {
  try {
    const { through, entries, streams, digest } = JSON.parse(line) as Anchor;
    const isAnchor =
      !Number.isNaN(Date.parse(through)) && /^[0-9a-f]{64}$/.test(digest) && entries >= 0 && streams >= 0;
    return isAnchor ? { through, entries, streams, digest } : null;
  } catch {
    return null;
  }
}
