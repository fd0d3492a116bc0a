/** Error, empty and loading states of a page. */
import { Skeleton } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useIsOffline } from "../live/server-connection.ts";
import { messageOf, wasAnswered } from "../text/call-errors.ts";
import { Button } from "./button.tsx";
import * as pageStyles from "./page.module.css";
import * as styles from "./problem.module.css";

/** An error with a retry button, in place of the content. */
export function Problem({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const isOffline = useIsOffline();
  return (
    <div className={styles.problem} role="alert">
      <IconAlertTriangle size={18} aria-hidden />
      <div>
        <p>
          {isOffline && !wasAnswered(error)
            ? "You are offline. This loads as soon as the connection is back."
            : messageOf(error)}
        </p>
        {onRetry && (
          <Button variant="default" size="compact-sm" onClick={onRetry}>
            Try again
          </Button>
        )}
      </div>
    </div>
  );
}

/** The same as a whole page. */
export function PageProblem({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  return (
    <div className={pageStyles.page}>
      <h1 tabIndex={-1}>This page could not be loaded</h1>
      <Problem error={error} onRetry={onRetry} />
      <p>
        <a href="/">Go to Needs attention</a>
      </p>
    </div>
  );
}

/** An empty list or page: why it is empty, and what would fill it. */
export function Empty({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className={styles.empty}>
      <p className={styles.emptyTitle}>{title}</p>
      <p>{children}</p>
    </div>
  );
}

/** A page that is loading. */
export function Loading() {
  return (
    <div className={pageStyles.page} aria-busy="true">
      <span className="sr-only">Loading</span>
      <Skeleton height={28} width={220} mb="lg" />
      <Skeleton height={320} />
    </div>
  );
}
