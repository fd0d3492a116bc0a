/** What the dashboard's procedures return, a file for each noun. Instants are ISO 8601 text in UTC. */

export type Page<Row> = {
  rows: Row[];
  /** Give it back to get the next page; null on the last one. */ nextCursor: string | null;
};
