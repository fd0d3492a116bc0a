/**
 * What became of a change that a page sent and got no answer to. `running`: it is being carried out. `interrupted`: the server
 * ended in the middle of it. `withdrawn`: it had not arrived, and will be refused if it arrives later.
 */
export type SubmissionView =
  | { state: "done" | "running" | "interrupted" | "withdrawn" }
  | { state: "refused" | "failed"; message: string };
