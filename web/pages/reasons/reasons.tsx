import { Skeleton } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Suspense, useState } from "react";
import { includesRole } from "../../../shared/roles.ts";
import type { ReasonCodeView } from "../../../shared/views/reason-codes.ts";
import { announce } from "../../shell/announce.tsx";
import { GuardedButton } from "../../components/guarded-button.tsx";
import { lazyPart } from "../../components/lazy-part.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { Problem } from "../../components/problem.tsx";
import { LocalDate } from "../../components/time.tsx";
import { messageOf } from "../../text/call-errors.ts";
import { trpc } from "../../trpc.ts";
import { reasonedActionLabels } from "./reason-labels.ts";
import * as buttonStyles from "../../components/button.module.css";
import * as pageStyles from "../../components/page.module.css";
import * as tagStyles from "../../components/tag.module.css";
import * as styles from "./reasons.module.css";

const AddReasonDialog = lazyPart(() => import("./add-reason.tsx"), "AddReasonDialog");

/** The reasons that staff choose from; archived reasons at the end. */
export function ReasonsPage() {
  const codes = useQuery(trpc.reasons.list.queryOptions());
  const me = useQuery(trpc.me.get.queryOptions());
  const [isAdding, setAdding] = useState(false);
  const blockedReason = me.data && includesRole(me.data.role, "admin") ? null : "Only an admin can change reasons.";
  return (
    <div className={pageStyles.page}>
      <PageHeader
        title="Reasons"
        note="Staff choose a reason when they change something, and you can filter and export activity by reason. Reasons cannot be renamed; archive and add a new one."
      >
        <GuardedButton size="compact-sm" blockedReason={blockedReason} onClick={() => setAdding(true)}>
          Add reason…
        </GuardedButton>
      </PageHeader>
      {codes.error && !codes.data ? (
        <Problem error={codes.error} onRetry={() => void codes.refetch()} />
      ) : !codes.data ? (
        <Skeleton height={320} />
      ) : (
        <>
          <List
            title="Active"
            codes={codes.data.filter(({ archived }) => archived === null)}
            blockedReason={blockedReason}
          />
          <List
            title="Archived"
            codes={codes.data.filter(({ archived }) => archived !== null)}
            blockedReason={blockedReason}
          />
        </>
      )}
      <Suspense>{isAdding && <AddReasonDialog onClose={() => setAdding(false)} />}</Suspense>
    </div>
  );
}

function List({
  title,
  codes,
  blockedReason,
}: {
  title: string;
  codes: ReasonCodeView[];
  blockedReason: string | null;
}) {
  if (codes.length === 0) return null;
  return (
    <section className={styles.reasons}>
      <h2>{title}</h2>
      <ul>
        {codes.map((code) => (
          <Reason key={code.id} code={code} blockedReason={blockedReason} />
        ))}
      </ul>
    </section>
  );
}

function Reason({ code, blockedReason }: { code: ReasonCodeView; blockedReason: string | null }) {
  const { id, name, actions, archived, createdAt, createdByName } = code;
  const queryClient = useQueryClient();
  const onSettled = () => queryClient.invalidateQueries(trpc.reasons.pathFilter());
  const onError = (error: unknown) => announce(messageOf(error, true));
  const archive = useMutation(
    trpc.reasons.archive.mutationOptions({ onSettled, onError, onSuccess: () => announce(`“${name}” archived`) }),
  );
  const restore = useMutation(
    trpc.reasons.restore.mutationOptions({ onSettled, onError, onSuccess: () => announce(`“${name}” restored`) }),
  );
  return (
    <li className={styles.reason}>
      <div>
        <h3>{name}</h3>
        <p className="dim">
          {archived ? (
            <>
              Archived by {archived.byName}, <LocalDate at={archived.at} />
            </>
          ) : (
            <>
              {createdByName === "Marketdesk" ? "Built in" : `Added by ${createdByName}`}, <LocalDate at={createdAt} />
            </>
          )}
        </p>
      </div>
      <p className={styles.reasonActions}>
        {actions.map((action) => (
          <span key={action} className={tagStyles.tag}>
            {reasonedActionLabels[action]}
          </span>
        ))}
      </p>
      <div className={styles.reasonButtons}>
        <Link to="/activity" search={{ reasonCode: id }} className={buttonStyles.compact}>
          Activity<span className="sr-only"> with the reason {name}</span>
        </Link>
        {archived ? (
          <GuardedButton
            variant="default"
            size="compact-sm"
            blockedReason={blockedReason}
            loading={restore.isPending}
            onClick={() => restore.mutate({ id })}
          >
            Restore<span className="sr-only"> {name}</span>
          </GuardedButton>
        ) : (
          <GuardedButton
            variant="default"
            size="compact-sm"
            blockedReason={blockedReason}
            loading={archive.isPending}
            onClick={() => archive.mutate({ id })}
          >
            Archive<span className="sr-only"> {name}</span>
          </GuardedButton>
        )}
      </div>
    </li>
  );
}
