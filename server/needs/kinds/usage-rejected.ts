/** Usage that Microsoft refused. */
import { usageWindowMs } from "../../../shared/usage.ts";
import type { NeedKind } from "../need-kind.ts";
import { undecidedUsage } from "../usage-sources.ts";

export const usageRejected: NeedKind = {
  group: "Usage rejected by Microsoft",
  icon: "alert",
  tone: "bad",
  windowMs: usageWindowMs,
  actions: ["open"],
  place: "/usage",
  source: () => undecidedUsage("rejected"),
  words: ({ quoted }) => ({
    what: `Microsoft rejected usage of ${quoted ?? "a dimension"}`,
    rule: "The Usage page shows the reason and what you can do. Microsoft accepts usage for 24 hours; after that, rejected usage is lost, unless Microsoft has accepted a different quantity.",
  }),
};
