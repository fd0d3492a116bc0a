import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Problem } from "../../components/problem.tsx";
import { trpc } from "../../trpc.ts";
import type { NeedDialog } from "./need-dialog.ts";
import { NeedList } from "./need-list.tsx";
import * as styles from "./home.module.css";

export function Snoozed({ isMine, open }: { isMine: boolean; open(next: NeedDialog): void }) {
  const snoozed = useQuery(trpc.needs.list.queryOptions({ snoozed: true, mine: isMine || undefined }));
  return (
    <section className={styles.needsOfKind} aria-labelledby="snoozed">
      <h2 id="snoozed">Snoozed</h2>
      {snoozed.error && !snoozed.data ? (
        <Problem error={snoozed.error} onRetry={() => void snoozed.refetch()} />
      ) : !snoozed.data ? (
        <Skeleton height={60} />
      ) : snoozed.data.needs.length === 0 ? (
        <p className="dim">No snoozed items. Snoozed items stay here until their time comes.</p>
      ) : (
        <NeedList shown={snoozed.data.needs.map((need) => ({ need, resolved: null }))} open={open} />
      )}
    </section>
  );
}
