import type { Database } from "../connection/database.ts";

/** What belongs to one connection pool, such as a prepared statement or a batcher that callers share: made on first use, and kept. */
export function oncePerDatabase<Made>(make: (db: Database) => Made): (db: Database) => Made {
  const made = new WeakMap<Database, Made>();
  return (db) => {
    let own = made.get(db);
    if (own === undefined) made.set(db, (own = make(db)));
    return own;
  };
}
