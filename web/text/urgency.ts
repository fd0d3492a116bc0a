export type Urgency = "calm" | "soon" | "now" | "over";

/** How urgent a deadline is: `soon` under a quarter of its window, `now` under a tenth. */
export function urgencyOf(leftMs: number, windowMs: number): Urgency {
  if (leftMs <= 0) return "over";
  if (leftMs < windowMs / 10) return "now";
  if (leftMs < windowMs / 4) return "soon";
  return "calm";
}
