import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { trpc } from "../../trpc.ts";
import { Problem } from "../problem.tsx";
import { UsageTable } from "./usage-table.tsx";
import * as buttonStyles from "../button.module.css";
import * as usageTableStyles from "./usage-table.module.css";

/** The current terms of a customer's subscriptions with usage; nothing without usage. */
export function CustomerUsage({ id }: { id: string }) {
  const usage = useQuery(trpc.usage.ofCustomer.queryOptions({ id }));
  if (usage.error && !usage.data) return <Problem error={usage.error} onRetry={() => void usage.refetch()} />;
  if (!usage.data || usage.data.length === 0) return null;
  return (
    <section className={usageTableStyles.usagePart} aria-labelledby="customer-usage">
      <div className={usageTableStyles.usagePartHead}>
        <h2 id="customer-usage">Usage in the current terms</h2>
        <Link to="/usage" search={{ customer: id }} className={buttonStyles.compact}>
          Show all hours
        </Link>
      </div>
      <UsageTable usages={usage.data} caption="Usage of this customer by subscription and dimension" hasSubscriptions />
    </section>
  );
}
