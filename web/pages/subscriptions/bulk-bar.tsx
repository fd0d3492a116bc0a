import { useQuery } from "@tanstack/react-query";
import { Suspense, useRef, useState } from "react";
import type { BulkKind } from "../../../shared/bulk.ts";
import { maxBulkRows, maxNamedRows } from "../../../shared/bulk-limits.ts";
import type { SubscriptionFilters } from "../../../shared/filters.ts";
import type { PurchaserMailKind } from "../../../shared/notifications.ts";
import { includesRole } from "../../../shared/roles.ts";
import { GuardedButton } from "../../components/guarded-button.tsx";
import { lazyPart } from "../../components/lazy-part.tsx";
import type { RowCount } from "../../components/table/table-footer.tsx";
import type { Selection } from "../../components/table/selection.ts";
import { countOf, formatNumber } from "../../text/format.ts";
import { trpc } from "../../trpc.ts";
import { isFlagSet } from "../../url-search.ts";
import { bulkLabels } from "./bulk-labels.ts";
import * as buttonStyles from "../../components/button.module.css";
import * as bulkBarStyles from "../../components/table/bulk-bar.module.css";

// Loaded when first opened.
const BulkDialog = lazyPart(() => import("./bulk-dialog.tsx"), "BulkDialog");

type Props = { selection: Selection; loaded: string[]; filters: SubscriptionFilters; total: RowCount | undefined };

/** Bulk actions on the selected subscriptions; each starts with a dry run. */
export function BulkBar({ selection, loaded, filters, total }: Props) {
  const me = useQuery(trpc.me.get.queryOptions());
  const [chosen, setChosen] = useState<BulkKind | null>(null);
  const opener = useRef<Element>(null);
  if (selection.isEmpty) return null;
  const { cursor: _, sort: _sort, order: _order, ...which } = filters;
  const count = selection.isAll ? (total?.count ?? loaded.length) : selection.ids.size;
  // With a text in the filters fewer are counted; the dry run counts all.
  const hasMore = selection.isAll && total?.isMore === true;
  const isTooMany = selection.isAll ? hasMore && count >= maxBulkRows : count > maxNamedRows;
  const blockedReason = isTooMany
    ? `A bulk action can change at most ${formatNumber(selection.isAll ? maxBulkRows : maxNamedRows)} subscriptions${selection.isAll ? "" : " selected individually"}. Narrow the filters.`
    : null;
  const areAllLoaded = !selection.isAll && loaded.length > 0 && loaded.every((id) => selection.has(id));
  const role = me.data?.role ?? "viewer";
  const kinds = (Object.keys(bulkLabels) as BulkKind[]).filter(
    (kind) => kind !== "cancel" || includesRole(role, "admin"),
  );
  return (
    <section className={bulkBarStyles.bulkBar} aria-label="Bulk actions" data-shortcut="bulk" tabIndex={-1}>
      <p role="status">
        <strong>
          {selection.isAll ? `All ${countOf(count, "matching subscription")}` : `${formatNumber(count)} selected`}
          {hasMore ? " or more" : ""}
        </strong>
      </p>
      {areAllLoaded && total && (total.isMore || total.count > loaded.length) && (
        <button type="button" className={buttonStyles.compact} onClick={selection.chooseAll}>
          Select all {formatNumber(total.count)}
          {total.isMore ? "+" : ""} matching
        </button>
      )}
      <div className={bulkBarStyles.bulkActions} role="group" aria-label="Bulk actions">
        {kinds.map((kind) => (
          <GuardedButton
            key={kind}
            variant="default"
            size="compact-sm"
            className={kind === "cancel" && !blockedReason ? buttonStyles.danger : undefined}
            blockedReason={blockedReason}
            onClick={() => {
              opener.current = document.activeElement;
              setChosen(kind);
            }}
          >
            {bulkLabels[kind].button}
          </GuardedButton>
        ))}
      </div>
      <button type="button" className={buttonStyles.compact} onClick={selection.clear}>
        Clear selection
      </button>
      {chosen && (
        <Suspense>
          <BulkDialog
            key={chosen}
            kind={chosen}
            count={count}
            hasMore={hasMore}
            target={selection.isAll ? { filters: which } : { ids: [...selection.ids] }}
            // Other selections have no template that fits all of them.
            template={templateFor(filters)}
            onClose={() => {
              setChosen(null);
              requestAnimationFrame(() => opener.current instanceof HTMLElement && opener.current.focus());
            }}
          />
        </Suspense>
      )}
    </section>
  );
}

function templateFor({ lapsesIn, endsIn, trial }: SubscriptionFilters): PurchaserMailKind | null {
  if (lapsesIn !== undefined) return "lapsing";
  if (endsIn === undefined || trial === undefined) return null;
  return isFlagSet(trial) ? "trial_ends" : "term_ends";
}
