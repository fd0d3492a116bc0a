import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { subscriptionStatuses } from "../../../shared/lifecycle.ts";
import type { NeedsView, NeedView } from "../../../shared/views/needs.ts";
import { useRowKeys } from "../../components/list.tsx";
import { PageHeading } from "../../components/page-heading.tsx";
import { Empty, Problem } from "../../components/problem.tsx";
import { Dot } from "../../components/status.tsx";
import { countOf, formatNumber } from "../../format.ts";
import { trpc } from "../../trpc.ts";
import { statusWords } from "../../words.ts";
import "./home.css";
import { NeedLine } from "./need-line.tsx";
import { kindWords } from "./need-words.ts";

const route = getRouteApi("/");

// The forms with their schemas come when they are first wanted.
const ActivateNow = lazy(() => import("./activate-now.tsx").then((file) => ({ default: file.ActivateNow })));
const SnoozeDialog = lazy(() => import("./snooze-dialog.tsx").then((file) => ({ default: file.SnoozeDialog })));

export type Ask = { dialog: "activate" | "snooze"; need: NeedView };

/** More than so many are shown by kind. */
const mostInOneList = 50;

export function HomePage() {
  const isShowingSnoozed = String(route.useSearch().snoozed) === "true";
  const waiting = useQuery(trpc.needs.list.queryOptions({}));
  const [asked, ask] = useState<Ask | null>(null);
  const { data } = waiting;
  const close = () => ask(null);
  return (
    <div className="page">
      <PageHeading title="Needs you" note={data ? summaryOf(data) : "Looking for what waits for someone…"}>
        <SnoozedSwitch isOn={isShowingSnoozed} count={data?.snoozed} />
      </PageHeading>
      <Counts />
      {waiting.error && !data ? (
        <Problem error={waiting.error} onRetry={() => void waiting.refetch()} />
      ) : !data ? (
        <NeedsToCome />
      ) : data.needs.length === 0 ? (
        <NothingNeedsYou snoozed={data.snoozed} />
      ) : (
        <Needs view={data} ask={ask} />
      )}
      {isShowingSnoozed && <Snoozed ask={ask} />}
      <Suspense>
        {asked?.dialog === "activate" && <ActivateNow need={asked.need} onClose={close} />}
        {asked?.dialog === "snooze" && <SnoozeDialog need={asked.need} onClose={close} />}
      </Suspense>
    </div>
  );
}

function summaryOf({ needs, isCut }: NeedsView): string {
  if (needs.length === 0) return "All is well.";
  return `${formatNumber(needs.length)}${isCut ? " and more" : ""}, what is lost first on top`;
}

function SnoozedSwitch({ isOn, count }: { isOn: boolean; count: number | undefined }) {
  return (
    <Link
      to="/"
      search={{ snoozed: isOn ? undefined : true }}
      className="chip"
      data-on={isOn}
      activeProps={{ "aria-current": isOn ? "true" : undefined }}
      resetScroll={false}
    >
      Show snoozed
      {count !== undefined && <span className="chip-count">{formatNumber(count)}</span>}
    </Link>
  );
}

function NothingNeedsYou({ snoozed }: { snoozed: number }) {
  return (
    <Empty title="Nothing needs you">
      No operation waits for an answer, every purchase is activated, and no subscription is about to be lost.{" "}
      {snoozed > 0 && `${countOf(snoozed, "thing is", "things are")} snoozed and come back by themselves. `}
      What comes up next appears here by itself. <Link to="/activity">See what was done</Link>.
    </Empty>
  );
}

function Needs({ view, ask }: { view: NeedsView; ask(next: Ask): void }) {
  const rows = useRowKeys<HTMLDivElement>();
  const { needs, isCut } = view;
  return (
    <div ref={rows}>
      {needs.length <= mostInOneList ? <Lines needs={needs} ask={ask} /> : <ByKind needs={needs} ask={ask} />}
      {isCut && <p className="dim needs-cut">Of each kind the hundred that are lost first are shown.</p>}
    </div>
  );
}

function Lines({ needs, ask }: { needs: NeedView[]; ask(next: Ask): void }) {
  return (
    <ul className="needs">
      {needs.map((need) => (
        <NeedLine key={`${need.kind} ${need.id}`} need={need} ask={ask} />
      ))}
    </ul>
  );
}

/** The kinds in the order of the first of each, so that what is lost first stays on top. */
function ByKind({ needs, ask }: { needs: NeedView[]; ask(next: Ask): void }) {
  return [...Map.groupBy(needs, ({ kind }) => kind)].map(([kind, ofKind]) => (
    <section key={kind} className="needs-of-kind" aria-labelledby={`needs-${kind}`}>
      <h2 id={`needs-${kind}`}>
        {kindWords[kind].name} <span className="dim">{formatNumber(ofKind.length)}</span>
      </h2>
      <Lines needs={ofKind} ask={ask} />
    </section>
  ));
}

function Snoozed({ ask }: { ask(next: Ask): void }) {
  const snoozed = useQuery(trpc.needs.list.queryOptions({ snoozed: true }));
  return (
    <section className="needs-of-kind" aria-labelledby="snoozed">
      <h2 id="snoozed">Snoozed</h2>
      {snoozed.error && !snoozed.data ? (
        <Problem error={snoozed.error} onRetry={() => void snoozed.refetch()} />
      ) : !snoozed.data ? (
        <Skeleton height={60} />
      ) : snoozed.data.needs.length === 0 ? (
        <p className="dim">Nothing is snoozed. What you put off stays here until its time comes.</p>
      ) : (
        <Lines needs={snoozed.data.needs} ask={ask} />
      )}
    </section>
  );
}

function NeedsToCome() {
  return (
    <ul className="needs" aria-busy="true">
      {Array.from({ length: 5 }, (_, line) => (
        <li key={line} className="need">
          <Skeleton height={20} width={20} circle />
          <div className="need-words">
            <Skeleton height={14} width="40%" mb={8} />
            <Skeleton height={12} width="75%" />
          </div>
        </li>
      ))}
    </ul>
  );
}

function Counts() {
  const counts = useQuery(trpc.subscriptions.counts.queryOptions());
  return (
    <ul className="counts" aria-label="Subscriptions by status">
      {subscriptionStatuses.map((status) => (
        <li key={status}>
          <Link to="/subscriptions" search={{ status }}>
            <span className="count-number">{counts.data ? formatNumber(counts.data.byStatus[status]) : "–"}</span>
            <Dot tone={statusWords[status].tone}>{status}</Dot>
          </Link>
        </li>
      ))}
      <li>
        <Link to="/subscriptions" search={{ hold: true }}>
          <span className="count-number">{counts.data ? formatNumber(counts.data.onHold) : "–"}</span>
          <Dot tone="warn">On hold by us</Dot>
        </Link>
      </li>
    </ul>
  );
}
