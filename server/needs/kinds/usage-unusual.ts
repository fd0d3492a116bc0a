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
    rule: "The quantity is unusual for this customer. Send, correct or drop the usage on the Usage page within 24 hours; after that, Microsoft no longer accepts it.",
  }),
};
