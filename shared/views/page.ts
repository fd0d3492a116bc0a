/** The results of the dashboard's procedures, one file per noun. Instants are ISO 8601 text in UTC. */

export type Page<Row> = {
  rows: Row[];
  /** Pass it to get the next page; null on the last one. */ nextCursor: string | null;
};
