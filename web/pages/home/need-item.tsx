import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { memo, useLayoutEffect, useRef } from "react";
import { isolated } from "../../../shared/foreign-text.ts";
import type { NeedView } from "../../../shared/views/needs.ts";
import { announce } from "../../shell/announcement.ts";
import { Button } from "../../components/button.tsx";
import { Ago, DateTime, TimeLeft } from "../../components/time.tsx";
import { messageOf } from "../../text/call-errors.ts";
import { formatMoney } from "../../text/money.ts";
import { trpc } from "../../trpc.ts";
import type { NeedDialog } from "./need-dialog.ts";
import { type Resolution, recordFocus, takeFocus } from "./recently-resolved.ts";
import { needIcons } from "./need-icons.ts";
import { NeedOwner } from "./need-owner.tsx";
import { NeedActions, pageOf, useMayAct, useReachablePlace } from "./need-actions.tsx";
import * as tableStyles from "../../components/table/table.module.css";
import * as styles from "./home.module.css";

type Props = { need: NeedView; open(next: NeedDialog): void };

/** One need: subject, explanation, time left, owner and actions. A change of one among hundreds must not draw the others again. */
export const NeedItem = memo(function NeedItem({ need, open }: Props) {
  const Icon = needIcons[need.icon];
  const line = useRef<HTMLLIElement>(null);
  useLayoutEffect(() => {
    const element = line.current;
    return () => {
      if (element?.contains(document.activeElement)) recordFocus(need);
    };
  }, [need]);
  return (
    <li ref={line} className={styles.need} data-tone={need.tone} data-need={need.kind}>
      <Icon size={20} stroke={1.6} aria-hidden />
      <div className={styles.needWords}>
        <p>
          <Subject need={need} /> · {need.what}
        </p>
        <p className="dim">
          {need.rule} {need.operationId && <OperationLink id={need.operationId} of={need.subject} />}
        </p>
        {need.since && (
          <p className="dim">
            Since <Ago at={need.since} />
          </p>
        )}
        {need.snooze && (
          <p className={styles.needSnooze}>
            Snoozed by {need.snooze.byName} until <DateTime at={need.snooze.until} />: “{need.snooze.reason}”
          </p>
        )}
      </div>
      <div className={styles.needLeft}>
        {need.deadline && need.windowMs !== null && (
          <p>
            {need.isLatest && <span className="dim">at most </span>}
            <TimeLeft until={need.deadline} windowMs={need.windowMs} />
          </p>
        )}
        {need.money && <p className="dim">{formatMoney(need.money.monthly, need.money.currency)} per month</p>}
        <NeedOwner need={need} />
      </div>
      <div className={styles.needButtons}>
        <NeedActions need={need} open={open} />
        <Snooze need={need} open={open} />
      </div>
    </li>
  );
});

function Subject({ need }: { need: NeedView }) {
  const place = useReachablePlace(need);
  const page = pageOf(need);
  if (page !== null) {
    return (
      <Link {...page} className={tableStyles.rowLink} data-row>
        {need.subject}
      </Link>
    );
  }
  if (need.list) {
    return (
      <Link to="/subscriptions" search={need.list} className={tableStyles.rowLink} data-row>
        {need.subject}
      </Link>
    );
  }
  if (place === null) return <strong>{need.subject}</strong>;
  return (
    <Link to={place} className={tableStyles.rowLink} data-row>
      {need.subject}
    </Link>
  );
}

function OperationLink({ id, of }: { id: string; of: string }) {
  return (
    <Link to="/operations/$id" params={{ id }}>
      View operation<span className="sr-only"> of {of}</span>
    </Link>
  );
}

/** A need that has just left the list. It fades, and what was done can be undone. */
export function ResolvedNeedItem({ need, resolution }: { need: NeedView; resolution: Resolution }) {
  const line = useRef<HTMLLIElement>(null);
  useLayoutEffect(() => {
    const element = line.current;
    if (takeFocus(need)) (element?.querySelector("button") ?? element)?.focus();
    return () => {
      // If the focus is inside when the line is removed, it moves to the next line.
      if (!element?.contains(document.activeElement)) return;
      const next = element.nextElementSibling ?? element.previousElementSibling;
      const target = next?.querySelector<HTMLElement>("[data-row]") ?? document.querySelector<HTMLElement>("h1");
      target?.focus();
    };
  }, [need]);
  return (
    <li ref={line} className={`${styles.need} ${styles.needGone}`} tabIndex={-1} data-resolved>
      <span />
      <p className={styles.needWords}>
        <s>
          {need.subject} · {need.what}
        </s>{" "}
        {resolution.text}
      </p>
      {resolution.undo && (
        <div className={styles.needButtons}>
          <Button variant="default" size="compact-sm" onClick={resolution.undo}>
            Undo<span className="sr-only">: {need.subject}</span>
          </Button>
        </div>
      )}
    </li>
  );
}

function Snooze({ need, open }: Props) {
  const mayAct = useMayAct();
  const unsnooze = useMutation(
    trpc.needs.unsnooze.mutationOptions({
      onSuccess: () => announce(`${isolated(need.subject)} is back in the list`),
      onError: (error) => announce(messageOf(error, true)),
    }),
  );
  if (!mayAct) return null;
  const of = <span className="sr-only"> {need.subject}</span>;
  if (need.snooze) {
    return (
      <Button
        variant="default"
        size="compact-sm"
        loading={unsnooze.isPending}
        onClick={() => unsnooze.mutate({ kind: need.kind, id: need.id })}
      >
        Unsnooze{of}
      </Button>
    );
  }
  if (need.snoozableUntil === null) return null;
  return (
    <Button variant="default" size="compact-sm" onClick={() => open({ dialog: "snooze", need })}>
      Snooze{of}
    </Button>
  );
}
