/** Unusual usage that is sent only after staff have decided. */
import { usageWindowMs } from "../../../shared/usage.ts";
import type { NeedKind } from "../need-kind.ts";
import { undecidedUsage } from "../usage-sources.ts";

export const usageUnusual: NeedKind = {
  group: "Unusual usage held",
  icon: "alert",
  tone: "warn",
  windowMs: usageWindowMs,
  actions: ["open"],
  place: "/usage",
  source: () => undecidedUsage("held"),
  words: ({ quoted }) => ({
    what: `Unusual usage of ${quoted ?? "a dimension"} is held`,
    rule: "It is far from this customer's habit. Send it, correct it or drop it on the page Usage; after 24 hours Microsoft no longer accepts it, and it is lost.",
  }),
};
