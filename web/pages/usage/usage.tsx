import { Skeleton } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link, getRouteApi } from "@tanstack/react-router";
import { Suspense, useState } from "react";
import { includesRole } from "../../../shared/roles.ts";
import { usageFilters } from "../../../shared/inputs/usage.ts";
import { usageStates, usageStateWords } from "../../../shared/usage.ts";
import type { UsageRow, UsageStatusView } from "../../../shared/views/usage.ts";
import { ExportMenu } from "../../components/export-menu.tsx";
import { GuardedButton } from "../../components/guarded-button.tsx";
import { lazyPart } from "../../components/lazy-part.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { FilterChip, FilterChips, PagedTable } from "../../components/paged-table.tsx";
import { Empty, Problem } from "../../components/problem.tsx";
import { Dot } from "../../components/status.tsx";
import { Ago } from "../../components/time.tsx";
import { Upcoming } from "../../components/upcoming.tsx";
import { countOf, formatDay, formatExact, formatHour } from "../../text/format.ts";
import { formatMoney, formatMonth } from "../../text/money.ts";
import { quantityIn } from "../../text/quantity.ts";
import { trpc } from "../../trpc.ts";
import { useFilters } from "../../url-search.ts";
import { Comparison } from "./comparison.tsx";
import { Dimensions } from "./dimensions.tsx";
import { problemWords, stateTones, planNameIn } from "./usage-words.ts";
import * as pageStyles from "../../components/page.module.css";
import * as filtersStyles from "../../components/table/filters.module.css";
import * as tableStyles from "../../components/table/table.module.css";
import * as styles from "./usage.module.css";

const DecideDialog = lazyPart(() => import("./decide-dialog.tsx"), "DecideDialog");
const EnterDialog = lazyPart(() => import("./enter-dialog.tsx"), "EnterDialog");
const UploadDialog = lazyPart(() => import("./upload-dialog.tsx"), "UploadDialog");
const SettingsDialog = lazyPart(() => import("./settings-dialog.tsx"), "SettingsDialog");

const route = getRouteApi("/usage");

/** Pages are not notified of usage that is added while an hour is open, so this list polls. */
const refreshMs = 15_000;

export function UsagePage() {
  const filters = useFilters(usageFilters, route.useSearch());
  const comparison = useQuery(trpc.usage.comparison.queryOptions());
  const usage = useQuery(
    trpc.usage.list.queryOptions(filters, { placeholderData: keepPreviousData, refetchInterval: refreshMs }),
  );
  const facets = useQuery(
    trpc.subscriptions.facets.queryOptions(undefined, { enabled: (filters.offer ?? filters.plan) !== undefined }),
  );
  const offerName = facets.data?.offers.find(({ offerId }) => offerId === filters.offer)?.name;
  const planName = planNameIn(facets.data, filters.plan);
  const dimensionName = usage.data?.rows.find(({ dimension }) => dimension === filters.dimension)?.dimensionName;
  const me = useQuery(trpc.me.get.queryOptions());
  const [reporting, setReporting] = useState<"enter" | "upload" | null>(null);
  const [decided, setDecided] = useState<UsageRow | null>(null);
  const role = me.data?.role ?? "viewer";
  const whyNot = includesRole(role, "operator") ? null : "Only an operator or admin can decide about usage.";
  const whyNotReport = includesRole(role, "operator") ? null : "Only an operator or admin can report usage.";
  return (
    <div className={pageStyles.page}>
      <PageHeader
        title="Usage"
        note="By hour. What exceeds a term’s included quantity is sent to Microsoft when the hour has ended."
      >
        <div className={styles.usageButtons}>
          <GuardedButton
            variant="default"
            size="compact-sm"
            whyNot={whyNotReport}
            onClick={() => setReporting("enter")}
          >
            Enter usage…
          </GuardedButton>
          <GuardedButton
            variant="default"
            size="compact-sm"
            whyNot={whyNotReport}
            onClick={() => setReporting("upload")}
          >
            Upload usage…
          </GuardedButton>
          <ExportMenu of="usage" filters={filters} />
        </div>
      </PageHeader>
      <Queue isAdmin={includesRole(role, "admin")} />
      <div className={filtersStyles.filters}>
        <FilterChips
          label="Filter by state"
          name="state"
          current={filters.state}
          choices={[
            { value: undefined, label: "All" },
            ...usageStates.map((state) => ({ value: state, label: usageStateWords[state].name })),
          ]}
        />
        {filters.subscription && <FilterChip name="subscription" value={undefined} isOn label="One subscription ×" />}
        {filters.customer && <FilterChip name="customer" value={undefined} isOn label="One customer ×" />}
        {filters.dimension && (
          <FilterChip name="dimension" value={undefined} isOn label={`${dimensionName ?? filters.dimension} ×`} />
        )}
        {filters.plan && <FilterChip name="plan" value={undefined} isOn label={`Plan ${planName ?? filters.plan} ×`} />}
        {filters.offer && (
          <FilterChip name="offer" value={undefined} isOn label={`Offer ${offerName ?? filters.offer} ×`} />
        )}
        {filters.term && (
          <FilterChip name="term" value={undefined} isOn label={`Term from ${formatDay(filters.term)} ×`} />
        )}
        {filters.month && (
          <FilterChip name="month" value={undefined} isOn label={`${formatMonth(filters.month)} (UTC) ×`} />
        )}
        {filters.since && (
          <FilterChip name="since" value={undefined} isOn label={`Since ${formatMonth(filters.since)} (UTC) ×`} />
        )}
        {filters.currency && (
          <FilterChip
            name="currency"
            value={undefined}
            isOn
            label={filters.currency === "unknown" ? "Price not known ×" : `Price in ${filters.currency} ×`}
          />
        )}
        {filters.test !== undefined && (
          <FilterChip
            name="test"
            value={undefined}
            isOn
            label={filters.test ? "Test purchases only ×" : "Without test purchases ×"}
          />
        )}
        {filters.day && <FilterChip name="day" value={undefined} isOn label={`${formatDay(filters.day)} (UTC) ×`} />}
      </div>
      <PagedTable
        caption="Usage by hour"
        className={styles.usage}
        query={usage}
        columns={6}
        noun={["hour of usage", "hours of usage"]}
        head={
          <>
            <th scope="col">Hour</th>
            <th scope="col">Subscription</th>
            <th scope="col">Dimension</th>
            <th scope="col" className="number">
              Used
            </th>
            <th scope="col" className="number">
              Billed
            </th>
            <th scope="col">State</th>
          </>
        }
        renderRow={(row) => <Row key={row.id} row={row} whyNot={whyNot} onDecide={() => setDecided(row)} />}
        empty={
          <Empty title="No usage">
            {Object.keys(filters).length > 0 ? (
              <>
                No usage matches these filters. <Link to="/usage">Show all usage</Link>
              </>
            ) : (
              "Usage appears here when your product reports it over the product API."
            )}
          </Empty>
        }
      />
      {/* One after the other, because the height of each depends on its data: nothing that is already shown moves. */}
      {!usage.isPending && <Comparison />}
      {!usage.isPending && !comparison.isPending && <Dimensions isAdmin={includesRole(role, "admin")} />}
      <Suspense>
        {reporting === "enter" && (
          <EnterDialog subscriptionId={filters.subscription ?? ""} onClose={() => setReporting(null)} />
        )}
        {reporting === "upload" && <UploadDialog onClose={() => setReporting(null)} />}
      </Suspense>
      <Suspense>{decided && <DecideDialog row={decided} onClose={() => setDecided(null)} />}</Suspense>
    </div>
  );
}

type RowProps = { row: UsageRow; whyNot: string | null; onDecide(): void };

function Row({ row, whyNot, onDecide }: RowProps) {
  const hour = Date.parse(row.hour);
  const billed = row.accepted ?? row.billable;
  const listPrice = row.price && `${formatMoney(row.price.amount, row.price.currency)} at list price`;
  return (
    <tr>
      <td>
        <Link to="/usage/$id" params={{ id: row.id }} className={tableStyles.rowLink} data-row>
          <time dateTime={row.hour} title={formatExact(hour)}>
            {formatHour(hour)}
          </time>
          <span className="sr-only">
            , {row.dimensionName} of {row.subscriptionName}
          </span>
        </Link>
      </td>
      <td>
        <Link to="/subscriptions/$id" params={{ id: row.subscriptionId }}>
          {row.subscriptionName}
        </Link>
        <span className={`dim ${styles.usageOnPhone}`}>{row.dimensionName}</span>
      </td>
      <td title={row.dimension}>{row.dimensionName}</td>
      <td className="number">
        {quantityIn(row.usage, row.unit)}
        {billed !== null && (
          <span className={`dim ${styles.usageOnPhone}`}>
            billed {quantityIn(billed, null)}
            {listPrice && `, ${listPrice}`}
          </span>
        )}
        {row.carried !== "0" && (
          <span className={`dim ${styles.usageNote}`}>{quantityIn(row.carried, null)} of earlier hours</span>
        )}
        {row.lost !== "0" && (
          <span className={`dim ${styles.usageNote}`}>{quantityIn(row.lost, null)} reported too late</span>
        )}
        {row.late !== "0" && (
          <span className={`dim ${styles.usageNote}`}>{quantityIn(row.late, null)} to be billed in a later hour</span>
        )}
      </td>
      <td className="number">
        {billed === null ? "–" : quantityIn(billed, null)}
        {listPrice && <span className={`dim ${styles.usageNote}`}>{listPrice}</span>}
      </td>
      <td>
        <span title={usageStateWords[row.state].meaning}>
          <Dot tone={stateTones[row.state]}>{usageStateWords[row.state].name}</Dot>
        </span>
        <StateNote row={row} />
        {(row.state === "held" || row.state === "rejected") && (
          <GuardedButton variant="default" size="compact-xs" whyNot={whyNot} onClick={onDecide}>
            Decide…
            <span className="sr-only">
              {" "}
              about {row.dimensionName} of {row.subscriptionName}
            </span>
          </GuardedButton>
        )}
      </td>
    </tr>
  );
}

function StateNote({ row }: { row: UsageRow }) {
  const isOpen = row.state === "waiting" || row.state === "held" || row.state === "rejected";
  const words = problemWords(row);
  return (
    <>
      {words !== null && <span className={`dim ${styles.usageNote}`}>{words}</span>}
      {row.state === "waiting" && row.nextAt !== null && (
        <span className={`dim ${styles.usageNote}`}>
          Next attempt <Upcoming at={row.nextAt} />
        </span>
      )}
      {isOpen && row.problem !== "DifferentDuplicate" && (
        <span className={`dim ${styles.usageNote}`}>
          Microsoft accepts it until <Ago at={row.expiresAt} />
        </span>
      )}
    </>
  );
}

/** The state of the queue, and the settings for sealing hours. */
function Queue({ isAdmin }: { isAdmin: boolean }) {
  const status = useQuery(trpc.usage.status.queryOptions(undefined, { refetchInterval: refreshMs }));
  const [isOpen, setOpen] = useState(false);
  if (status.error && !status.data) return <Problem error={status.error} onRetry={() => void status.refetch()} />;
  if (!status.data) return <Skeleton className={styles.usageQueueLoading} aria-busy="true" />;
  const { settings } = status.data;
  return (
    <section className={styles.usageQueue} aria-label="Queue">
      <p>{queueInWords(status.data)}</p>
      {status.data.nextAt !== null && (
        <p className="dim">
          Next hour sealed or sent <Upcoming at={status.data.nextAt} />
        </p>
      )}
      {status.data.lastProblem !== null && <p className="dim">Last error: {status.data.lastProblem}</p>}
      <p className="dim">
        Hours are sealed {countOf(settings.graceMinutes, "minute")} after they end.{" "}
        {settings.holdFactor === null
          ? "Unusual usage is not held."
          : `Usage that is more than ${settings.holdFactor} times the customer’s highest hour of the last 30 days is held.`}{" "}
        {settings.isShownToPurchasers
          ? "Purchasers see their usage on the landing page."
          : "Purchasers do not see their usage."}{" "}
        <GuardedButton
          variant="default"
          size="compact-xs"
          whyNot={isAdmin ? null : "Only an admin can change how usage is sealed."}
          onClick={() => setOpen(true)}
        >
          Change settings…
        </GuardedButton>
      </p>
      <Suspense>{isOpen && <SettingsDialog settings={settings} onClose={() => setOpen(false)} />}</Suspense>
    </section>
  );
}

function queueInWords({ collecting, waiting, held, rejected, oldestWaiting }: UsageStatusView): string {
  const parts = [
    `${countOf(collecting, "hour")} collecting`,
    `${countOf(waiting, "hour")} waiting to be sent`,
    ...(held > 0 ? [`${countOf(held, "hour")} held`] : []),
    ...(rejected > 0 ? [`${countOf(rejected, "hour")} rejected`] : []),
  ];
  const oldest = oldestWaiting === null ? "" : `. The oldest is from ${formatHour(Date.parse(oldestWaiting))}`;
  return `${parts.join(", ")}${oldest}.`;
}
