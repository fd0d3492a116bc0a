/** How an operation is tried again, for server and dashboard. */

/** `retry`: an open one, immediately. `replay`: a completed one of Microsoft's, from the start. */
export type TryAgainMode = "retry" | "replay";

/** The mode, or why there is none, as a sentence. */
export function tryAgainMode(operation: {
  stage: string;
  source: "Azure" | "Partner";
  marketplaceId: string | null;
}): { mode: TryAgainMode; blockedReason: null } | { mode: null; blockedReason: string } {
  if (operation.stage !== "settled") return { mode: "retry", blockedReason: null };
  if (operation.source === "Azure" || operation.marketplaceId !== null) return { mode: "replay", blockedReason: null };
  return {
    mode: null,
    blockedReason: "Marketdesk does not send its own completed changes again. Request the change again.",
  };
}
