import { Link } from "@tanstack/react-router";
import type { UsageRow } from "../../../shared/views/usage.ts";
import { PagedTable, type PageQuery } from "../../components/paged-table.tsx";
import { Empty } from "../../components/problem.tsx";
import { HourRow } from "./usage-row.tsx";
import * as styles from "./usage.module.css";

type Props = {
  usage: PageQuery<UsageRow>;
  isFiltered: boolean;
  /** Why the person cannot decide on usage; null if they can. */
  blockedReason: string | null;
  decide(row: UsageRow): void;
};

/** The hours of usage. */
export function UsageTable({ usage, isFiltered, blockedReason, decide }: Props) {
  return (
    <PagedTable
      caption="Usage by hour"
      className={styles.usage}
      query={usage}
      columns={6}
      noun={["hour of usage", "hours of usage"]}
      head={
        <>
          <th scope="col">Hour</th>
          <th scope="col">Subscription</th>
          <th scope="col">Dimension</th>
          <th scope="col" className="number">
            Used
          </th>
          <th scope="col" className="number">
            Billed
          </th>
          <th scope="col">State</th>
        </>
      }
      renderRow={(row) => <HourRow key={row.id} row={row} blockedReason={blockedReason} onDecide={() => decide(row)} />}
      empty={
        <Empty title="No usage">
          {isFiltered ? (
            <>
              No usage matches these filters. <Link to="/usage">Show all usage</Link>
            </>
          ) : (
            "Usage appears here when your product reports it over the product API."
          )}
        </Empty>
      }
    />
  );
}
