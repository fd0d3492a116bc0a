/** The actions that resolve a need. */
import { useMutation, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Suspense } from "react";
import { needPlaceRoles, type NeedPlace } from "../../../shared/need-places.ts";
import { addDays, type Day, utcDayOf } from "../../../shared/day.ts";
import { includesRole } from "../../../shared/roles.ts";
import type { NeedView, NeedAction } from "../../../shared/views/needs.ts";
import { announce } from "../../shell/announcement.ts";
import { Button } from "../../components/button.tsx";
import { GuardedButton } from "../../components/guarded-button.tsx";
import { lazyPart } from "../../components/lazy-part.tsx";
import { RetryOperation } from "../../components/retry-operation.tsx";
import { messageOf } from "../../text/call-errors.ts";
import { client, trpc } from "../../trpc.ts";
import type { NeedDialog } from "./need-dialog.ts";
import { forgetResolution, recordResolution } from "./recently-resolved.ts";
import * as buttonStyles from "../../components/button.module.css";

// Loaded on demand: on most days no operation waits for a response.
const AnswerOperation = lazyPart(() => import("../../components/answer-operation.tsx"), "AnswerOperation");

// Rarely needed.
const RefreshButton = lazyPart(() => import("./rare-buttons.tsx"), "RefreshButton");
const ReadButton = lazyPart(() => import("./rare-buttons.tsx"), "ReadButton");
const OnboardedButton = lazyPart(() => import("./rare-buttons.tsx"), "OnboardedButton");

type Props = { need: NeedView; open(next: NeedDialog): void };

const buttonStyle = { variant: "default", size: "compact-sm" } as const;

/** The change failed after all: the item has not been resolved. */
function reportFailure(need: NeedView, error: unknown): void {
  forgetResolution(need);
  announce(messageOf(error, true));
}

/** Why the person cannot act; null if they can. */
export function useBlockedReason(reason: string): string | null {
  const me = useQuery(trpc.me.get.queryOptions());
  return me.data && !includesRole(me.data.role, "operator") ? reason : null;
}

/** Whether the person's role includes acting on needs. */
export function useMayAct(): boolean {
  const me = useQuery(trpc.me.get.queryOptions());
  return me.data !== undefined && includesRole(me.data.role, "operator");
}

/** Whether the action only reads. */
const isReading = (action: NeedAction) => action === "operation" || action === "open";

/** The page to act on; null if there is none or the person's role does not include it. */
export function useReachablePlace({ place }: NeedView): NeedPlace | null {
  const me = useQuery(trpc.me.get.queryOptions());
  return place !== null && me.data && includesRole(me.data.role, needPlaceRoles[place]) ? place : null;
}

/** The page of its subscription, or of the customer whose note it is about; null if there is none. */
export function pageOf({ subscriptionId, note }: NeedView) {
  const id = subscriptionId ?? note?.customerId;
  if (!id) return null;
  const to = subscriptionId === null ? ("/customers/$id" as const) : ("/subscriptions/$id" as const);
  return { to, params: { id }, hash: note?.id };
}

export function NeedActions({ need, open }: Props) {
  const mayAct = useMayAct();
  const me = useQuery(trpc.me.get.queryOptions());
  const actions = need.actions.filter((action) =>
    // Only the person who a note mentions can mark it as read.
    mayAct ? action !== "read" || me.data?.id === need.note?.forId : isReading(action),
  );
  return actions.map((action) => (
    <Suspense key={action} fallback={<Place action={action} />}>
      <NeedAction action={action} need={need} open={open} />
    </Suspense>
  ));
}

/** Buttons that are loaded on demand, by their labels. */
const loadedLater: Partial<Record<NeedAction, string>> = {
  answer: "Accept Reject",
  onboarded: "Mark as onboarded",
  read: "Mark as read",
  refresh: "Refresh from Microsoft",
};

/** Keeps the place of a button until it is loaded, so that nothing below it moves. */
function Place({ action }: { action: NeedAction }) {
  return (
    <span className={buttonStyles.compact} style={{ visibility: "hidden" }}>
      {loadedLater[action]}
    </span>
  );
}

function NeedAction({ action, need, open }: Props & { action: NeedAction }) {
  const blockedReason = useBlockedReason("You need the Operator role for this.");
  const of = <span className="sr-only"> {need.subject}</span>;
  switch (action) {
    case "answer":
      return need.operationId && <AnswerOperation operation={{ id: need.operationId, answerDueAt: need.deadline }} />;
    case "retry":
      return need.operationId && <RetryOperation id={need.operationId} />;
    case "activate":
    case "replay":
      return (
        <GuardedButton
          variant="default"
          size="compact-sm"
          blockedReason={blockedReason}
          onClick={() => open({ dialog: action, need })}
        >
          {action === "activate" ? "Activate" : "Replay"}
          {of}
        </GuardedButton>
      );
    case "refresh":
      return <RefreshButton need={need} blockedReason={blockedReason} />;
    case "operation":
      return (
        need.operationId && (
          <Link className={buttonStyles.compact} to="/operations/$id" params={{ id: need.operationId }}>
            View webhook payload{of}
          </Link>
        )
      );
    case "onboarded":
      return <OnboardedButton need={need} blockedReason={blockedReason} />;
    case "done":
      return <FollowUpDoneButton need={need} blockedReason={blockedReason} />;
    case "read":
      return <ReadButton need={need} />;
    case "write":
      return <WriteButton need={need} open={open} />;
    case "open":
      return <OpenLink need={need} />;
  }
}

function WriteButton({ need, open }: Props) {
  const { subscriptionId, subject } = need;
  if (subscriptionId === null) return null;
  return (
    <Button {...buttonStyle} onClick={() => open({ dialog: "write", subscriptionId, name: subject, need })}>
      Write…<span className="sr-only"> {subject}</span>
    </Button>
  );
}

function OpenLink({ need }: { need: NeedView }) {
  const place = useReachablePlace(need);
  const of = <span className="sr-only"> {need.subject}</span>;
  if (need.list) {
    return (
      <Link className={buttonStyles.compact} to="/subscriptions" search={need.list}>
        Show subscriptions{of}
      </Link>
    );
  }
  if (place === "/usage") {
    return (
      <Link
        className={buttonStyles.compact}
        to={place}
        search={need.subscriptionId === null ? {} : { subscription: need.subscriptionId }}
      >
        Show usage{of}
      </Link>
    );
  }
  const page = pageOf(need);
  if (page === null) {
    return (
      place && (
        <Link className={buttonStyles.compact} to={place}>
          Resolve{of}
        </Link>
      )
    );
  }
  return (
    <Link className={buttonStyles.compact} {...page}>
      Open{of}
    </Link>
  );
}

/** The day of a follow-up. Its deadline is the end of that day. */
export function followUpOf({ deadline }: Pick<NeedView, "deadline">): Day | undefined {
  return deadline === null ? undefined : addDays(utcDayOf(Date.parse(deadline)), -1);
}

/** Today in the reader's time zone, as the value of a `date` input. */
export function today(): string {
  return new Intl.DateTimeFormat("sv-SE").format();
}

function FollowUpDoneButton({ need, blockedReason }: { need: NeedView; blockedReason: string | null }) {
  const subscriptionId = need.subscriptionId ?? "";
  const done = useMutation(
    trpc.subscriptions.setFollowUp.mutationOptions({
      onMutate: () =>
        recordResolution(need, {
          text: "Follow-up done",
          undo: () =>
            void client.subscriptions.setFollowUp
              .mutate({ subscriptionId, on: today(), seenOn: null })
              .catch((error: unknown) => announce(messageOf(error, true))),
        }),
      onError: (error) => reportFailure(need, error),
    }),
  );
  return (
    <GuardedButton
      {...buttonStyle}
      blockedReason={blockedReason}
      loading={done.isPending}
      onClick={() => done.mutate({ subscriptionId, on: null, seenOn: followUpOf(need) })}
    >
      Done<span className="sr-only">: {need.subject}</span>
    </GuardedButton>
  );
}
