import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { Suspense, useState } from "react";
import { subscriptionStatuses } from "../../../shared/lifecycle.ts";
import type { NeedsView } from "../../../shared/views/needs.ts";
import { lazyPart } from "../../components/lazy-part.tsx";
import { FilterChip, useRowKeys } from "../../components/paged-table.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { Empty, Problem } from "../../components/problem.tsx";
import { Dot } from "../../components/status.tsx";
import { countOf, formatNumber } from "../../text/format.ts";
import { isFlagSet } from "../../url-search.ts";
import { trpc } from "../../trpc.ts";
import { statusLabels } from "../../text/labels.ts";
import type { NeedDialog } from "./need-dialog.ts";
import { isSelecting, type NeedSelection, selectNeeds } from "./need-selection.ts";
import { keyOf, useNeedsWithResolved } from "./recently-resolved.ts";
import { NeedList } from "./need-list.tsx";
import * as pageStyles from "../../components/page.module.css";
import * as filtersStyles from "../../components/table/filters.module.css";
import * as styles from "./home.module.css";

const route = getRouteApi("/");

// Forms and their schemas are loaded when first opened.
const ActivateDialog = lazyPart(() => import("./activate-dialog.tsx"), "ActivateDialog");
const ReplayDialog = lazyPart(() => import("./replay-dialog.tsx"), "ReplayDialog");
const WriteDialog = lazyPart(() => import("../../components/write/write-dialog.tsx"), "WriteDialog");
const TryAgainDialog = lazyPart(() => import("../../components/try-again-dialog.tsx"), "TryAgainDialog");
const SnoozeDialog = lazyPart(() => import("./snooze-dialog.tsx"), "SnoozeDialog");

const SnoozeFromUrl = lazyPart(() => import("./snooze-dialog.tsx"), "SnoozeFromUrl");
const ByKind = lazyPart(() => import("./by-kind.tsx"), "ByKind");
const Snoozed = lazyPart(() => import("./snoozed.tsx"), "Snoozed");
const DoneToday = lazyPart(() => import("./done-today.tsx"), "DoneToday");
const NeedFilters = lazyPart(() => import("./need-filters.tsx"), "NeedFilters");

/** Shorter lists have no filters, because reading the list is faster. */
const minFiltered = 8;
/** Longer lists are grouped by kind. */
const maxPerKind = 50;

export function HomePage() {
  const search = route.useSearch();
  const isShowingSnoozed = isFlagSet(search.snoozed);
  const isMine = isFlagSet(search.mine);
  const all = useQuery(trpc.needs.list.queryOptions({}));
  const own = useQuery(trpc.needs.list.queryOptions({ mine: true }));
  const waiting = isMine ? own : all;
  const me = useQuery(trpc.me.get.queryOptions());
  const [opened, open] = useState<NeedDialog | null>(null);
  const { data } = waiting;
  function close() {
    open(null);
    restoreFocus();
  }
  return (
    <div className={pageStyles.page}>
      <PageHeader
        title="Needs attention"
        note={data ? summaryOf(data, selectNeeds(data.needs, search, me.data?.id).length, isMine) : "Loading…"}
      >
        <div className={filtersStyles.chips} role="group" aria-label="Filters">
          <FilterChip
            name="mine"
            value={isMine ? undefined : true}
            isOn={isMine}
            label="Mine"
            count={own.data?.needs.length}
          />
          <FilterChip
            name="snoozed"
            value={isShowingSnoozed ? undefined : true}
            isOn={isShowingSnoozed}
            label="Snoozed"
            count={data?.snoozed}
          />
        </div>
      </PageHeader>
      <Counts />
      {waiting.error && !data ? (
        <Problem error={waiting.error} onRetry={() => void waiting.refetch()} />
      ) : !data ? (
        <SkeletonNeeds />
      ) : (
        <>
          {(data.needs.length >= minFiltered || isSelecting(search)) && (
            <Suspense fallback={<div className={styles.filtersSpace} />}>
              <NeedFilters needs={data.needs} selection={search} />
            </Suspense>
          )}
          <Needs key={String(isMine)} view={data} selection={search} isMine={isMine} open={open} />
          <Suspense>
            <DoneToday />
          </Suspense>
        </>
      )}
      <Suspense>{isShowingSnoozed && <Snoozed isMine={isMine} open={open} />}</Suspense>
      <Suspense>
        {search.snooze && <SnoozeFromUrl named={search.snooze} needs={all.data?.needs} open={open} />}
      </Suspense>
      <Suspense>
        {opened?.dialog === "activate" && <ActivateDialog need={opened.need} onClose={close} />}
        {opened?.dialog === "replay" && <ReplayDialog need={opened.need} onClose={close} />}
        {opened?.dialog === "write" && <WriteDialog {...opened} onClose={close} />}
        {opened?.dialog === "try-again" && <TryAgainDialog operationIds={opened.operationIds} onClose={close} />}
        {opened?.dialog === "snooze" && <SnoozeDialog {...opened} onClose={close} />}
      </Suspense>
    </div>
  );
}

const focusCheckIntervalMs = 100;
const maxFocusChecks = 20;

/** The line with the button that opened a dialog may disappear. Then the focus moves to its Undo button, or to the heading. */
function restoreFocus(tries = maxFocusChecks): void {
  setTimeout(() => {
    if (document.activeElement !== document.body) return;
    const undo = document.querySelector<HTMLElement>("[data-resolved] button");
    const target = undo ?? (tries === 0 ? document.querySelector<HTMLElement>("h1") : null);
    if (target) target.focus();
    else restoreFocus(tries - 1);
  }, focusCheckIntervalMs);
}

function summaryOf({ needs, isCut }: NeedsView, shown: number, isMine: boolean): string {
  if (needs.length === 0) return isMine ? "Nothing assigned to you." : "All done.";
  const part = shown === needs.length ? "" : `${formatNumber(shown)} of `;
  return `${part}${isCut ? "More than " : ""}${countOf(needs.length, "item")}, most urgent first`;
}

function NothingNeedsAttention({ snoozed, isMine }: { snoozed: number; isMine: boolean }) {
  if (isMine) {
    return (
      <Empty title="Nothing assigned to you needs attention">
        Items that you own appear here. Assign yourself one from <Link to="/">the list of all items</Link>, or a
        subscription on its page.
      </Empty>
    );
  }
  return (
    <Empty title="Nothing needs attention">
      No operation waits for a response, all purchases are activated, and no subscription is at risk.{" "}
      {snoozed > 0 && `${countOf(snoozed, "item is", "items are")} snoozed. `}
      New items appear here automatically.
    </Empty>
  );
}

type NeedsProps = { view: NeedsView; selection: NeedSelection; isMine: boolean; open(next: NeedDialog): void };

function Needs({ view, selection, isMine, open }: NeedsProps) {
  const rows = useRowKeys<HTMLDivElement>();
  const me = useQuery(trpc.me.get.queryOptions());
  const { needs: all, isCut, snoozed } = view;
  const listed = useNeedsWithResolved(all);
  const needs = selectNeeds(all, selection, me.data?.id);
  const selected = new Set(
    selectNeeds(
      listed.map(({ need }) => need),
      selection,
      me.data?.id,
    ).map(keyOf),
  );
  const shown = listed.filter(({ need }) => selected.has(keyOf(need)));
  if (needs.length === 0 && isSelecting(selection)) {
    return (
      <Empty title="No items match these filters">
        <Link to="/">Show all items</Link>
      </Empty>
    );
  }
  return (
    <div ref={rows}>
      <Suspense fallback={<NeedList shown={shown} open={open} />}>
        {needs.length <= maxPerKind ? <NeedList shown={shown} open={open} /> : <ByKind shown={shown} open={open} />}
      </Suspense>
      {needs.length === 0 && <NothingNeedsAttention snoozed={snoozed} isMine={isMine} />}
      {isCut && <p className={`dim ${styles.needsCut}`}>Showing the 100 most urgent of each kind.</p>}
    </div>
  );
}

function SkeletonNeeds() {
  return (
    <ul className={styles.needs} aria-busy="true">
      {Array.from({ length: 5 }, (_, line) => (
        <li key={line} className={styles.need}>
          <Skeleton height={20} width={20} circle />
          <div className={styles.needWords}>
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
    <ul className={styles.counts} aria-label="Subscriptions by status">
      {subscriptionStatuses.map((status) => (
        <li key={status}>
          <Link to="/subscriptions" search={{ status, test: false }}>
            <span className={styles.countNumber}>{counts.data ? formatNumber(counts.data.byStatus[status]) : "–"}</span>
            <Dot tone={statusLabels[status].tone}>{statusLabels[status].short}</Dot>
          </Link>
        </li>
      ))}
      <li>
        <Link to="/subscriptions" search={{ hold: true, test: false }}>
          <span className={styles.countNumber}>{counts.data ? formatNumber(counts.data.onHold) : "–"}</span>
          <Dot tone="warn">On hold</Dot>
        </Link>
      </li>
    </ul>
  );
}
