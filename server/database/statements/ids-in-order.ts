/** The ids of all rows of a list, in its order: an export reads the rows by them, however long that takes. */
import type { Page } from "../../../shared/views/page.ts";
import type { Database, Executor } from "../connection/database.ts";

/** Ids per statement: each takes milliseconds. */
const pageOfIds = 10_000;

/** In no id, because PostgreSQL cannot store it in a text. */
const separator = "\0";

/** All pages show the same instant, so that a row that changes its place is neither missed nor repeated. */
export async function readIdsInOrder(
  db: Database,
  readPage: (tx: Executor, cursor: string | undefined, size: number) => Promise<Page<string>>,
): Promise<Iterable<string[]>> {
  return db.transaction(
    async (tx) => {
      const joinedPages: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await readPage(tx, cursor, pageOfIds);
        // A text for each page takes half of the memory of a text for each id.
        if (page.rows.length > 0) joinedPages.push(page.rows.join(separator));
        cursor = page.nextCursor ?? undefined;
      } while (cursor !== undefined);
      return pagesOf(joinedPages);
    },
    { isolationLevel: "repeatable read", accessMode: "read only" },
  );
}

/** Each page is forgotten once it is taken. */
function* pagesOf(joinedPages: string[]): Generator<string[]> {
  for (let joined = joinedPages.shift(); joined !== undefined; joined = joinedPages.shift())
    yield joined.split(separator);
}
