/** The ids of all rows of a list, in its order: an export reads the rows by them, however long that takes. */
import type { Page } from "../../../shared/views/page.ts";
import type { Database, Executor } from "../connection/database.ts";

/** Ids per statement: each takes milliseconds. */
const pageOfIds = 10_000;

/** All pages show the same instant, so that a row that changes its place is neither missed nor repeated. */
export async function readIdsInOrder(
  db: Database,
  readPage: (tx: Executor, cursor: string | undefined, size: number) => Promise<Page<string>>,
): Promise<string[]> {
  return db.transaction(
    async (tx) => {
      const ids: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await readPage(tx, cursor, pageOfIds);
        for (const id of page.rows) ids.push(id);
        cursor = page.nextCursor ?? undefined;
      } while (cursor !== undefined);
      return ids;
    },
    { isolationLevel: "repeatable read", accessMode: "read only" },
  );
}
