import type { SubscriptionStatus } from "../../../shared/lifecycle.ts";
import type { OverviewView } from "../../../shared/views/overview.ts";
import { formatNumber } from "../../text/format.ts";
import { groupByPlan, type ListLink, type PlanFigures } from "./chart-data.ts";
import { Chart } from "./chart.tsx";
import { HorizontalBars } from "./horizontal-bars.tsx";

/** More plans than this are only in the table. */
const maxBars = 8;

export function PlanChart({ overview }: { overview: OverviewView }) {
  const plans = groupByPlan(overview);
  const hasOffers = new Set(plans.map(({ offerId }) => offerId)).size > 1;
  const nameOf = ({ name, offerId }: PlanFigures) =>
    hasOffers ? `${name} (${overview.offerNames[offerId] ?? offerId})` : name;
  const linkOf = ({ offerId, planId }: PlanFigures, status: SubscriptionStatus): ListLink => ({
    to: "/subscriptions",
    search: { offer: offerId, plan: planId, status, test: false },
  });
  const today = overview.states.at(-1)?.day;
  const seatsOf = ({ offerId, planId }: PlanFigures): ListLink => ({
    to: "/subscriptions",
    search: { offer: offerId, plan: planId, liveOn: today, test: false, sort: "quantity", order: "desc" },
  });
  return (
    <Chart
      title="By offer and plan"
      summary="Current subscriptions, largest plans first."
      table={{
        heads: ["Plan", "Subscribed", "Suspended", "Pending activation", "Seats"],
        rows: plans.map((plan) => ({
          name: nameOf(plan),
          cells: [
            { text: formatNumber(plan.subscribed), link: linkOf(plan, "Subscribed") },
            { text: formatNumber(plan.suspended), link: linkOf(plan, "Suspended") },
            { text: formatNumber(plan.pending), link: linkOf(plan, "PendingFulfillmentStart") },
            { text: formatNumber(plan.seats), link: seatsOf(plan) },
          ],
        })),
      }}
      note={plans.length > maxBars && `${plans.length - maxBars} more plans are in the table.`}
    >
      <HorizontalBars
        rows={plans.slice(0, maxBars).map((plan) => ({
          name: nameOf(plan),
          parts: [{ tone: "first", value: plan.subscribed }],
          link: linkOf(plan, "Subscribed"),
        }))}
      />
    </Chart>
  );
}
