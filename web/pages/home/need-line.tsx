import { Button } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { includesRole } from "../../../shared/roles.ts";
import type { NeedView } from "../../../shared/views/needs.ts";
import { announce } from "../../announce.tsx";
import { GuardedButton } from "../../components/guarded-button.tsx";
import { RetryOperation } from "../../components/retry-operation.tsx";
import { Ago, TimeLeft } from "../../components/time.tsx";
import { messageOf } from "../../problem.ts";
import { trpc } from "../../trpc.ts";
import type { Ask } from "./home.tsx";
import { kindWords } from "./need-words.ts";

type Props = { need: NeedView; ask(next: Ask): void };

/** One thing that waits: what, whose, the rule, the time left, and what helps. */
export function NeedLine({ need, ask }: Props) {
  const { icon: Icon, tone } = kindWords[need.kind];
  return (
    <li className="need" data-tone={tone}>
      <Icon size={20} stroke={1.6} aria-hidden />
      <div className="need-words">
        <p className="need-what">
          <Link to="/subscriptions/$id" params={{ id: need.subscriptionId }} className="row-link" data-row>
            {need.subscriptionName}
          </Link>{" "}
          · {need.what}
        </p>
        <p className="dim">{need.rule}</p>
        {need.ownerName && <p className="dim">Owner: {need.ownerName}</p>}
        {need.snooze && (
          <p className="need-snooze">
            Snoozed by {need.snooze.byName}, comes back <Ago at={need.snooze.until} />: “{need.snooze.reason}”
          </p>
        )}
      </div>
      <div className="need-left">
        {need.isLatest && <span className="dim">at most </span>}
        {need.deadline && need.windowMs !== null && <TimeLeft until={need.deadline} windowMs={need.windowMs} />}
      </div>
      <div className="need-ways">
        <Next need={need} ask={ask} />
        <Snooze need={need} ask={ask} />
      </div>
    </li>
  );
}

/** Why the person may not act; null: they may. */
function useWhyNot(words: string): string | null {
  const me = useQuery(trpc.me.get.queryOptions());
  return me.data && !includesRole(me.data.role, "operator") ? words : null;
}

function Next({ need, ask }: Props) {
  const whyNot = useWhyNot("Only an operator or admin can activate.");
  const of = <span className="sr-only"> {need.subscriptionName}</span>;
  if (need.next === "retry" && need.operationId) return <RetryOperation id={need.operationId} />;
  if (need.next === "activate") {
    return (
      <GuardedButton
        variant="default"
        size="compact-sm"
        whyNot={whyNot}
        onClick={() => ask({ dialog: "activate", need })}
      >
        Activate{of}
      </GuardedButton>
    );
  }
  if (need.next === "operation" && need.operationId) {
    return (
      <Link className="way" to="/operations/$id" params={{ id: need.operationId }}>
        See the operation{of}
      </Link>
    );
  }
  return (
    <Link className="way" to="/subscriptions/$id" params={{ id: need.subscriptionId }}>
      Open{of}
    </Link>
  );
}

function Snooze({ need, ask }: Props) {
  const whyNot = useWhyNot("Only an operator or admin can snooze.");
  const unsnooze = useMutation(
    trpc.needs.unsnooze.mutationOptions({
      onSuccess: () => announce(`${need.subscriptionName} is in the list again.`),
      onError: (error) => announce(messageOf(error, true)),
    }),
  );
  const of = <span className="sr-only"> {need.subscriptionName}</span>;
  if (need.snooze) {
    return (
      <GuardedButton
        variant="default"
        size="compact-sm"
        whyNot={whyNot}
        loading={unsnooze.isPending}
        onClick={() => unsnooze.mutate({ kind: need.kind, id: need.id })}
      >
        Unsnooze{of}
      </GuardedButton>
    );
  }
  if (need.snoozableUntil === null) return null;
  return whyNot === null ? (
    <Button variant="default" size="compact-sm" onClick={() => ask({ dialog: "snooze", need })}>
      Snooze{of}
    </Button>
  ) : (
    <GuardedButton variant="default" size="compact-sm" whyNot={whyNot} onClick={() => {}}>
      Snooze{of}
    </GuardedButton>
  );
}
