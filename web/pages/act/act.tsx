/** The page of a link in a message: the person sees the need and confirms what to do. Opening it changes nothing. */
import { Skeleton } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { Suspense, useState } from "react";
import type { NoticeAction } from "../../../shared/notifications.ts";
import { includesRole } from "../../../shared/roles.ts";
import type { NoticeLinkView } from "../../../shared/views/notifications.ts";
import type { NeedView } from "../../../shared/views/needs.ts";
import { Button } from "../../components/button.tsx";
import { SubmitStatus } from "../../components/form-footer.tsx";
import { GuardedButton } from "../../components/guarded-button.tsx";
import { lazyPart } from "../../components/lazy-part.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { Problem } from "../../components/problem.tsx";
import { Ago, DateTime, TimeLeft } from "../../components/time.tsx";
import { announce } from "../../shell/announce.tsx";
import { type FormProblem, problemOf } from "../../text/call-errors.ts";
import { trpc } from "../../trpc.ts";
import * as pageStyles from "../../components/page.module.css";
import * as styles from "./act.module.css";

const route = getRouteApi("/act");
const SnoozeForm = lazyPart(() => import("./snooze-form.tsx"), "SnoozeForm");

export function ActPage() {
  const { link = "", do: asked } = route.useSearch();
  const linked = useQuery(trpc.notices.get.queryOptions({ link }, { retry: false }));
  const { data } = linked;
  return (
    <div className={`${pageStyles.page} ${styles.act}`}>
      <PageHeader title={data?.need ? data.need.what : "Message about a need"} />
      {linked.error && !data ? (
        <Problem error={linked.error} onRetry={() => void linked.refetch()} />
      ) : !data ? (
        <Skeleton height={200} />
      ) : data.need === null ? (
        <p>This need has been resolved, so nothing is left to do.</p>
      ) : (
        <Linked link={link} view={data} need={data.need} isSnoozing={asked === "snooze"} />
      )}
      <p>
        <Link to="/">All needs</Link>
      </p>
    </div>
  );
}

type LinkedProps = { link: string; view: NoticeLinkView; need: NeedView; isSnoozing: boolean };

function Linked({ link, view, need, isSnoozing: wasAsked }: LinkedProps) {
  const { usedAt, takenBy, cancelRequestId, place } = view;
  return (
    <>
      <p>
        <strong>{need.subject}</strong>
      </p>
      <p>{need.rule}</p>
      {need.deadline && need.windowMs !== null && (
        <p>
          <TimeLeft until={need.deadline} windowMs={need.windowMs} />
        </p>
      )}
      {takenBy && (
        <p role="status">
          Picked up by {takenBy.isYou ? "you" : takenBy.name} <Ago at={takenBy.at} />.
        </p>
      )}
      {need.snooze && (
        <p role="status">
          Snoozed by {need.snooze.byName} until <DateTime at={need.snooze.until} />: “{need.snooze.reason}”
        </p>
      )}
      <p>
        <a href={place}>Open the page where you can act on this need</a>
      </p>
      {usedAt ? (
        <p className="dim">
          This link was used <Ago at={usedAt} />. Each link works only once.
        </p>
      ) : (
        <Actions link={link} need={need} cancelRequestId={cancelRequestId} wasAsked={wasAsked} />
      )}
    </>
  );
}

type ActionsProps = { link: string; need: NeedView; cancelRequestId: string | null; wasAsked: boolean };

function Actions({ link, need, cancelRequestId, wasAsked }: ActionsProps) {
  const me = useQuery(trpc.me.get.queryOptions());
  const queryClient = useQueryClient();
  const act = useMutation(trpc.notices.act.mutationOptions());
  const [isSnoozing, setSnoozing] = useState(wasAsked && need.snoozableUntil !== null);
  const [problem, setProblem] = useState<FormProblem | null>(null);
  const canAct = me.data !== undefined && includesRole(me.data.role, "operator");
  const blockedReason = canAct ? null : "Your role is viewer, and this action needs the role operator.";
  const labels: Record<NoticeAction["kind"], string> = {
    take: "Picked up",
    snooze: "Snoozed",
    approve: "Cancellation approved",
  };
  async function send(action: NoticeAction): Promise<boolean> {
    setProblem(null);
    let isDone = false;
    try {
      await act.mutateAsync({ link, action });
      isDone = true;
      announce(labels[action.kind]);
    } catch (error) {
      setProblem(problemOf(error, "Nothing was changed"));
    }
    await queryClient.invalidateQueries(trpc.notices.pathFilter());
    await queryClient.invalidateQueries(trpc.needs.pathFilter());
    return isDone;
  }
  return (
    <>
      <SubmitStatus problem={problem} isSending={act.isPending} />
      {isSnoozing ? (
        <Suspense>
          <SnoozeForm
            need={need}
            blockedReason={blockedReason}
            isSending={act.isPending}
            onSnooze={(until, reason) => send({ kind: "snooze", until, reason })}
            onCancel={() => setSnoozing(false)}
          />
        </Suspense>
      ) : (
        <div className={styles.actButtons}>
          {cancelRequestId !== null && (
            <GuardedButton
              blockedReason={blockedReason}
              loading={act.isPending}
              onClick={() => void send({ kind: "approve" })}
            >
              Approve cancellation
            </GuardedButton>
          )}
          <GuardedButton
            variant={cancelRequestId === null ? "filled" : "default"}
            blockedReason={blockedReason}
            loading={act.isPending}
            onClick={() => void send({ kind: "take" })}
          >
            Pick up
          </GuardedButton>
          {need.snoozableUntil !== null && (
            <Button variant="default" onClick={() => setSnoozing(true)}>
              Snooze…
            </Button>
          )}
        </div>
      )}
      {cancelRequestId !== null && !isSnoozing && (
        <p className="dim">
          Approving ends the subscription at Microsoft. This cannot be undone. To decline, open the subscription.
        </p>
      )}
      {!isSnoozing && (
        <p className="dim">
          Picking up a need shows your colleagues that you are working on it. The next person on the escalation list is
          not notified.
        </p>
      )}
    </>
  );
}
