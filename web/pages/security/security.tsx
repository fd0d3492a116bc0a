import { Skeleton } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { refusalDays, refusalReasons } from "../../../shared/refusals.ts";
import { includesRole } from "../../../shared/roles.ts";
import type { SessionView } from "../../../shared/views/security.ts";
import { sessionLimits } from "../../../shared/session-limits.ts";
import { Button } from "../../components/button.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { Problem } from "../../components/problem.tsx";
import { Ago } from "../../components/time.tsx";
import { announce } from "../../shell/announce.tsx";
import { trpc } from "../../trpc.ts";
import { formatNumber } from "../../text/format.ts";
import { messageOf } from "../../text/call-errors.ts";
import * as pageStyles from "../../components/page.module.css";
import * as tagStyles from "../../components/tag.module.css";
import * as styles from "./security.module.css";

/** One's own sign-ins, and for admins the requests that were refused. */
export function SecurityPage() {
  const me = useQuery(trpc.me.get.queryOptions());
  const isAdmin = me.data !== undefined && includesRole(me.data.role, "admin");
  return (
    <div className={pageStyles.page}>
      <PageHeader
        title="Security"
        note={`Where you are signed in. Sessions end after ${sessionLimits.idleMs / 3_600_000} hours without use, and after ${sessionLimits.absoluteMs / 3_600_000} hours at the latest.`}
      />
      <Sessions />
      {isAdmin && <Refusals />}
    </div>
  );
}

function Sessions() {
  const sessions = useQuery(trpc.security.sessions.queryOptions());
  return (
    <section aria-labelledby="your-sessions">
      <h2 id="your-sessions">Your sessions</h2>
      {sessions.error && !sessions.data ? (
        <Problem error={sessions.error} onRetry={() => void sessions.refetch()} />
      ) : !sessions.data ? (
        <Skeleton height={120} />
      ) : (
        <ul className={styles.securityList}>
          {sessions.data.map((session) => (
            <Session key={session.handle} session={session} />
          ))}
        </ul>
      )}
    </section>
  );
}

function Session({ session: { handle, device, signedInAt, lastSeenAt, isCurrent } }: { session: SessionView }) {
  const queryClient = useQueryClient();
  const end = useMutation(
    trpc.security.endSession.mutationOptions({
      onSettled: () => queryClient.invalidateQueries(trpc.security.pathFilter()),
      onSuccess: () => announce("The session has ended."),
      onError: (error) => announce(messageOf(error)),
    }),
  );
  const name = device ?? "Unknown browser";
  return (
    <li className={styles.securityRow}>
      <div>
        <strong>{name}</strong> {isCurrent && <span className={tagStyles.tag}>this session</span>}
        <p className="dim">
          Signed in <Ago at={signedInAt} />, last used <Ago at={lastSeenAt} />
        </p>
      </div>
      {!isCurrent && (
        <Button variant="default" size="compact-sm" loading={end.isPending} onClick={() => end.mutate({ handle })}>
          End session<span className="sr-only">: {name}</span>
        </Button>
      )}
    </li>
  );
}

function Refusals() {
  const refusals = useQuery(trpc.security.refusals.queryOptions());
  return (
    <section aria-labelledby="refused-requests">
      <h2 id="refused-requests">Refused requests</h2>
      <p className="dim">
        In the last {refusalDays} days, by reason. Nothing about the callers is kept; the log has a line for each reason
        at most once a minute.
      </p>
      {refusals.error && !refusals.data ? (
        <Problem error={refusals.error} onRetry={() => void refusals.refetch()} />
      ) : !refusals.data ? (
        <Skeleton height={120} />
      ) : refusals.data.length === 0 ? (
        <p>No requests were refused.</p>
      ) : (
        <ul className={styles.securityList}>
          {refusals.data.map(({ reason, count, lastAt }) => (
            <li key={reason} className={styles.securityRow}>
              <div>
                {refusalReasons[reason]}
                <p className="dim">
                  Last <Ago at={lastAt} />
                </p>
              </div>
              <strong>{formatNumber(count)}</strong>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
