/** What waits to be sealed and sent, and the settings for it. */
import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Suspense, useState } from "react";
import type { UsageStatusView } from "../../../shared/views/usage.ts";
import { GuardedButton } from "../../components/guarded-button.tsx";
import { lazyPart } from "../../components/lazy-part.tsx";
import { Problem } from "../../components/problem.tsx";
import { Upcoming } from "../../components/upcoming.tsx";
import { countOf, formatHour } from "../../text/format.ts";
import { trpc } from "../../trpc.ts";
import * as styles from "./usage.module.css";

const SettingsDialog = lazyPart(() => import("./settings-dialog.tsx"), "SettingsDialog");

/** Pages are not notified of usage that is added while an hour is open, so this list polls. */
export const refreshMs = 15_000;

/** The state of the queue, and the settings for sealing hours. */
export function UsageQueue({ isAdmin }: { isAdmin: boolean }) {
  const status = useQuery(trpc.usage.status.queryOptions(undefined, { refetchInterval: refreshMs }));
  const [isOpen, setOpen] = useState(false);
  if (status.error && !status.data) return <Problem error={status.error} onRetry={() => void status.refetch()} />;
  if (!status.data) return <Skeleton className={styles.usageQueueLoading} aria-busy="true" />;
  const { settings } = status.data;
  return (
    <section className={styles.usageQueue} aria-label="Queue">
      <p>{queueInWords(status.data)}</p>
      {status.data.nextAt !== null && (
        <p className="dim">
          The next hour is due <Upcoming at={status.data.nextAt} />
        </p>
      )}
      {status.data.lastProblem !== null && <p className="dim">Last error: {status.data.lastProblem}</p>}
      <p className="dim">
        Hours are sealed {countOf(settings.graceMinutes, "minute")} after they end.{" "}
        {settings.holdFactor === null
          ? "Unusual usage is not held."
          : `Usage that is more than ${settings.holdFactor} times the customer’s highest hour of the last 30 days is held.`}{" "}
        {settings.isShownToPurchasers
          ? "Purchasers see their usage on the landing page."
          : "Purchasers do not see their usage."}{" "}
        <GuardedButton
          variant="default"
          size="compact-xs"
          blockedReason={isAdmin ? null : "Only an admin can change how usage is sealed."}
          onClick={() => setOpen(true)}
        >
          Change settings…
        </GuardedButton>
      </p>
      <Suspense>{isOpen && <SettingsDialog settings={settings} onClose={() => setOpen(false)} />}</Suspense>
    </section>
  );
}

function queueInWords({ collecting, waiting, held, rejected, oldestWaiting }: UsageStatusView): string {
  const parts = [
    `${countOf(collecting, "hour")} collecting`,
    `${countOf(waiting, "hour")} waiting to be sent`,
    ...(held > 0 ? [`${countOf(held, "hour")} held`] : []),
    ...(rejected > 0 ? [`${countOf(rejected, "hour")} rejected`] : []),
  ];
  const oldest = oldestWaiting === null ? "" : `. The oldest is from ${formatHour(Date.parse(oldestWaiting))}`;
  return `${parts.join(", ")}${oldest}.`;
}
