/** Purchases without a customer: excluded from the metrics, and marked wherever they are shown. */

type Marks = { isTest: boolean; sandboxType: string | null; sessionMode: string | null; offerId: string };

const isSaid = (word: string | null) => word !== null && word.toLowerCase() !== "none";

/**
 * Why it is a test purchase, in a few words each; empty if it is not. Same rule as `is_test_purchase` in the
 * database.
 */
export function testMarks({ isTest, sandboxType, sessionMode, offerId }: Marks): string[] {
  return [
    isTest ? "test" : null,
    isSaid(sandboxType) ? `sandbox (${sandboxType})` : null,
    isSaid(sessionMode) ? (sessionMode?.toLowerCase() === "dryrun" ? "dry run" : `session mode ${sessionMode}`) : null,
    offerId.toLowerCase().endsWith("-preview") ? "preview" : null,
  ].filter((mark) => mark !== null);
}
