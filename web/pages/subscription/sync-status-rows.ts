/** Rows of the comparison: each fact on each side. */
import type { Day } from "../../../shared/day.ts";
import { statusNames, type SubscriptionStatus } from "../../../shared/lifecycle.ts";
import type { TruthView } from "../../../shared/views/truth.ts";
import { formatDay, formatNumber } from "../../text/format.ts";
import type { Subscription } from "../../trpc.ts";

/** A side's value compared with Marketdesk's; null if the side does not have this fact. `alone`: nothing to compare. */
export type Cell = { text: string; comparison: "same" | "other" | "alone" } | null;

export type SyncStatusRow = { name: string; microsoft: Cell; marketdesk: string; product: Cell };

export function syncStatusRows(
  subscription: Pick<
    Subscription,
    "status" | "planName" | "quantity" | "access" | "termStartsOn" | "termEndsOn" | "autoRenews"
  >,
  { microsoft, product }: Pick<TruthView, "microsoft" | "product">,
): SyncStatusRow[] {
  const confirmation = product?.confirmation ?? null;
  const never: Cell =
    product !== null && confirmation === null ? { text: "not confirmed yet", comparison: "alone" } : null;
  const isEnded = subscription.access === "ended";
  const microsoftCell = (text: string | null, fact: (typeof microsoft.differences)[number]): Cell =>
    text === null ? null : { text, comparison: microsoft.differences.includes(fact) ? "other" : "same" };
  const productCell = (text: string | null, fact: "planId" | "quantity" | "access", isCompared: boolean): Cell => {
    if (confirmation === null || text === null) return never;
    return { text, comparison: confirmation.differences.includes(fact) ? "other" : isCompared ? "same" : "alone" };
  };
  return [
    {
      name: "Status",
      microsoft: microsoftCell(statusOf(microsoft.status), "status"),
      marketdesk: statusNames[subscription.status],
      product: null,
    },
    {
      name: "Plan",
      microsoft: microsoftCell(microsoft.planName, "planId"),
      marketdesk: subscription.planName,
      product: productCell(confirmation?.planName ?? null, "planId", !isEnded),
    },
    {
      name: "Seats",
      microsoft: microsoftCell(seats(microsoft.quantity), "quantity"),
      marketdesk: seats(subscription.quantity) ?? "flat rate",
      product: productCell(
        seats(confirmation?.quantity ?? null),
        "quantity",
        !isEnded && subscription.quantity !== null,
      ),
    },
    {
      name: "Access",
      microsoft: null,
      marketdesk: subscription.access,
      product: productCell(confirmation?.access ?? null, "access", subscription.access !== "none"),
    },
    {
      name: "Term",
      microsoft: microsoftCell(termOf(microsoft), "term"),
      marketdesk: termOf(subscription) ?? "none yet",
      product: null,
    },
  ];
}

/** Whether all compared sides agree and no change is pending, so that one line is enough. */
export function isAllInSync(
  subscription: Parameters<typeof syncStatusRows>[0] & {
    operations: Pick<Subscription["operations"][number], "stage" | "source">[];
  },
  truth: Pick<TruthView, "microsoft" | "product" | "waitsForProductSince">,
): boolean {
  const { microsoft, product, waitsForProductSince } = truth;
  const isAwaited =
    waitsForProductSince !== null ||
    product?.askedAt != null ||
    subscription.operations.some(({ stage, source }) => stage !== "settled" && source === "Partner");
  const hasConfirmed =
    product === null || (product.confirmation !== null && product.confirmation.differsSince === null);
  return (
    !isAwaited &&
    hasConfirmed &&
    microsoft.missingSince === null &&
    syncStatusRows(subscription, truth).every(
      (row) => row.microsoft?.comparison !== "other" && row.product?.comparison !== "other",
    )
  );
}

/** The label of a status; an unknown status keeps Microsoft's word. */
function statusOf(status: string | null): string | null {
  return status !== null && status in statusNames ? statusNames[status as SubscriptionStatus] : status;
}

function seats(quantity: number | null): string | null {
  return quantity === null ? null : formatNumber(quantity);
}

type Term = { termEndsOn: Day | null; autoRenews: boolean | null };

/** `ends Dec 19, 2026, auto-renews`. */
function termOf({ termEndsOn, autoRenews }: Term): string | null {
  if (termEndsOn === null) return null;
  const renewal = autoRenews === null ? "" : autoRenews ? ", auto-renews" : ", no auto-renewal";
  return `ends ${formatDay(termEndsOn)}${renewal}`;
}
