import { NativeSelect } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { Day } from "../../../shared/day.ts";
import { formatDay } from "../../text/format.ts";
import { trpc } from "../../trpc.ts";
import { Problem } from "../problem.tsx";
import { UsageTable } from "./usage-table.tsx";
import * as buttonStyles from "../button.module.css";
import * as usageTableStyles from "./usage-table.module.css";

/** The usage of a subscription in a term; nothing for a plan without metering dimensions. */
export function SubscriptionUsage({ id }: { id: string }) {
  const [term, setTerm] = useState<Day>();
  const usage = useQuery(trpc.usage.ofSubscription.queryOptions({ id, term }, { placeholderData: keepPreviousData }));
  if (usage.error && !usage.data) return <Problem error={usage.error} onRetry={() => void usage.refetch()} />;
  if (!usage.data || (usage.data.dimensions.length === 0 && usage.data.terms.length <= 1)) return null;
  const { term: shown, terms, deletedThrough } = usage.data;
  return (
    <section className={usageTableStyles.usagePart} aria-labelledby="subscription-usage">
      <div className={usageTableStyles.usagePartHead}>
        <h2 id="subscription-usage">Usage</h2>
        <Link to="/usage" search={{ subscription: id }} className={buttonStyles.compact}>
          Show all hours
        </Link>
      </div>
      <p className={usageTableStyles.usagePartTerm}>
        <span>
          Term from {formatDay(shown.startsOn)} to {formatDay(shown.endsOn)}
        </span>
        {terms.length > 1 && (
          <NativeSelect
            aria-label="Term that begins on"
            size="xs"
            value={shown.startsOn}
            onChange={(event) => setTerm(terms.find((day) => day === event.currentTarget.value))}
            data={terms.map((day) => ({ value: day, label: formatDay(day) }))}
          />
        )}
      </p>
      <UsageTable usages={[usage.data]} caption="Usage of this subscription by dimension" />
      {deletedThrough !== null && (
        <p className="dim">
          Hours until {formatDay(deletedThrough)} were deleted after their retention. The totals include them.
        </p>
      )}
    </section>
  );
}
