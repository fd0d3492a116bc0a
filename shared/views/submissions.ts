/**
 * The outcome of a submission that got no response. `running`: in progress. `interrupted`: the server stopped
 * during it. `withdrawn`: it had not arrived, and will be refused if it does.
 */
export type SubmissionView =
  | { state: "done" | "running" | "interrupted" | "withdrawn" }
  | { state: "refused" | "failed"; message: string };
