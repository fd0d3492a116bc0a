/** How an operation is tried again, for server and dashboard. */

/** `retry`: an open one, immediately. `replay`: a completed one of Microsoft's, from the start. */
export type TryAgainWay = "retry" | "replay";

/** The way, or why there is none, as a sentence. */
export function wayToTryAgain(operation: {
  stage: string;
  marketplaceId: string | null;
}): { way: TryAgainWay; whyNot: null } | { way: null; whyNot: string } {
  if (operation.stage !== "settled") return { way: "retry", whyNot: null };
  if (operation.marketplaceId !== null) return { way: "replay", whyNot: null };
  return { way: null, whyNot: "Marketdesk does not send its own completed changes again. Request the change again." };
}
