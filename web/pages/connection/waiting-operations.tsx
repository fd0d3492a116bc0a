import { useQuery } from "@tanstack/react-query";
import { Suspense, useState } from "react";
import { includesRole } from "../../../shared/roles.ts";
import { countOf } from "../../text/format.ts";
import { trpc } from "../../trpc.ts";
import { Button } from "../../components/button.tsx";
import { lazyPart } from "../../components/lazy-part.tsx";
import * as styles from "./connection.module.css";

const TryAgainDialog = lazyPart(() => import("../../components/try-again-dialog.tsx"), "TryAgainDialog");

/** Operations that a broken connection has delayed: their next attempt is minutes or hours away. */
export function WaitingOperations() {
  const me = useQuery(trpc.me.get.queryOptions());
  const open = useQuery(trpc.operations.list.queryOptions({ state: "open" }));
  const [asked, ask] = useState<string[] | null>(null);
  const failed = (open.data?.rows ?? []).filter(({ attempts, lastError }) => attempts > 0 && lastError !== null);
  const canAct = includesRole(me.data?.role ?? "viewer", "operator");
  return (
    <>
      {failed.length > 0 && canAct && (
        <section className={styles.checkGroup} aria-label="Operations after failed attempts">
          <p>
            {countOf(failed.length, "operation has failed and waits", "operations have failed and wait")} for the next
            attempt. Once the connection works, you can try again immediately.
          </p>
          <Button variant="default" size="compact-sm" onClick={() => ask(failed.map(({ id }) => id))}>
            Try again…
          </Button>
        </section>
      )}
      {asked && (
        <Suspense>
          <TryAgainDialog operationIds={asked} onClose={() => ask(null)} />
        </Suspense>
      )}
    </>
  );
}
