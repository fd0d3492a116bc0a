/** Purchases that are no customer's: left out of the figures, and marked wherever they are shown. */

type Marks = { isTest: boolean; sandboxType: string | null; sessionMode: string | null; offerId: string };

const isSaid = (word: string | null) => word !== null && word.toLowerCase() !== "none";

/** Why it is no customer's, in a few words each; empty: it is one. The database's `is_test_purchase` says the same. */
export function testMarks({ isTest, sandboxType, sessionMode, offerId }: Marks): string[] {
  return [
    isTest ? "test" : null,
    isSaid(sandboxType) ? `sandbox (${sandboxType})` : null,
    isSaid(sessionMode) ? (sessionMode?.toLowerCase() === "dryrun" ? "dry run" : `session mode ${sessionMode}`) : null,
    offerId.toLowerCase().endsWith("-preview") ? "preview" : null,
  ].filter((mark) => mark !== null);
}
