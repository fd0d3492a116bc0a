import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useNow } from "../../clock.ts";
import { ActivityEntry } from "../../components/activity-entry.tsx";
import { Problem } from "../../components/problem.tsx";
import { countOf } from "../../text/format.ts";
import { trpc } from "../../trpc.ts";
import * as styles from "./home.module.css";

/** The staff activity since midnight in the reader's time zone. */
export function DoneToday() {
  const since = new Date(new Date(useNow(15_000)).setHours(0, 0, 0, 0)).toISOString();
  const done = useQuery(trpc.needs.done.queryOptions({ since }));
  return (
    <section className={styles.doneToday} aria-labelledby="done-today">
      <h2 id="done-today">Done today</h2>
      {done.error && !done.data ? (
        <Problem error={done.error} onRetry={() => void done.refetch()} />
      ) : !done.data ? (
        <Skeleton height={60} />
      ) : done.data.count === 0 ? (
        <p className="dim">No staff activity yet today.</p>
      ) : (
        <>
          <ul>
            {done.data.latest.map((entry) => (
              <ActivityEntry key={entry.id} entry={entry} showSubscription showCustomer />
            ))}
          </ul>
          <p>
            <Link to="/activity" search={{ actor: "staff" }}>
              All staff activity
            </Link>
            <span className="dim">
              {" "}
              · {done.data.isCut && "more than "}
              {countOf(done.data.count, "entry", "entries")} today
            </span>
          </p>
        </>
      )}
    </section>
  );
}
