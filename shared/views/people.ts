/** What is known about one person, before export or erasure. */
export type PersonView = {
  email: string;
  /** Names known with the address; a shared one also belongs to another address. */
  names: { value: string; isShared: boolean }[];
  phones: string[];
  subscriptions: { id: string; name: string; hasEnded: boolean; as: ("contact" | "purchaser" | "beneficiary")[] }[];
  /** Staff accounts with the address. */
  staff: { name: string; maySignIn: boolean }[];
};

export type PersonExport = {
  email: string;
  /** ISO instant. */
  exportedAt: string;
  /** By table: each row's key, its times, and what mentions the person. */
  tables: Record<string, Record<string, unknown>[]>;
};

export type PersonErasure = {
  /** How many rows mentioned the person. */
  rows: number;
  /** Active subscriptions, whose purchaser or beneficiary Microsoft keeps sending. */
  kept: { id: string; name: string }[];
};
