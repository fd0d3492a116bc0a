import { Link } from "@tanstack/react-router";
import type { BulkRowState, BulkState } from "../../../shared/bulk.ts";
import type { BulkRowView } from "../../../shared/views/bulk.ts";
import { Dot } from "../../components/status.tsx";
import type { Column } from "../../components/table/column.ts";
import { Ago } from "../../components/time.tsx";
import { outcomeLabels } from "../../text/labels.ts";
import type { Tone } from "../../text/labels.ts";
import * as tableStyles from "../../components/table/table.module.css";

/** The status of a row. */
export function rowStateLabel(state: BulkRowState, run: BulkState): { label: string; tone: Tone } {
  switch (state) {
    case "ready":
      return run === "planned" ? { label: "would change", tone: "info" } : { label: "to do", tone: "info" };
    case "refused":
      return { label: run === "planned" ? "cannot" : "skipped", tone: "warn" };
    case "done":
      return { label: "done", tone: "good" };
    case "failed":
      return { label: "failed", tone: "bad" };
  }
}

/** The outcome at Microsoft, if something was requested there. */
function rowStatus(row: BulkRowView, run: BulkState): { label: string; tone: Tone } {
  const { operation } = row;
  if (row.state !== "done" || operation === null) return rowStateLabel(row.state, run);
  if (operation.outcome !== null) return outcomeLabels[operation.outcome];
  return { label: "at Microsoft", tone: "info" };
}

export function rowColumns(run: BulkState): Column<BulkRowView>[] {
  // Before the start there are no results, so the dry run gets their space.
  const ended: Column<BulkRowView>[] = run === "planned" ? [] : endColumns;
  return [
    {
      id: "name",
      label: "Subscription",
      isPrimary: true,
      title: (row) => row.subscriptionName,
      cell: (row) => (
        <>
          <Link to="/subscriptions/$id" params={{ id: row.subscriptionId }} className={tableStyles.rowLink} data-row>
            {row.subscriptionName}
          </Link>
          <span className="only-narrow dim">{row.result ?? row.plan}</span>
        </>
      ),
    },
    {
      id: "state",
      label: "Status",
      width: 170,
      isPrimary: true,
      cell: (row) => {
        const { label, tone } = rowStatus(row, run);
        return <Dot tone={tone}>{label}</Dot>;
      },
    },
    { id: "plan", label: "Dry run", minWidth: 180, title: (row) => row.plan, cell: (row) => row.plan },
    ...ended,
  ];
}

const endColumns: Column<BulkRowView>[] = [
  {
    id: "result",
    label: "Result",
    minWidth: 180,
    title: (row) => row.result ?? undefined,
    cell: (row) => (
      <>
        {row.result}{" "}
        {row.operation && (
          <Link to="/operations/$id" params={{ id: row.operation.id }}>
            operation
          </Link>
        )}
      </>
    ),
  },
  { id: "ended", label: "When", width: 112, cell: (row) => row.endedAt && <Ago at={row.endedAt} /> },
];
