import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { isolated } from "../../../shared/foreign-text.ts";
import type { UsageProof } from "../../../shared/views/usage.ts";
import { PageHeader } from "../../components/page-header.tsx";
import { Empty, Problem } from "../../components/problem.tsx";
import { ShortId } from "../../components/short-id.tsx";
import { isNotFound } from "../../text/call-errors.ts";
import { formatExact } from "../../text/format.ts";
import { trpc } from "../../trpc.ts";
import { HourFacts, TermFacts, MicrosoftFacts } from "./usage-proof-facts.tsx";
import { Events, CarriedUsageTable, Calls, Entries } from "./usage-proof-tables.tsx";
import * as buttonStyles from "../../components/button.module.css";
import * as detailsListStyles from "../../components/details-list.module.css";
import * as pageStyles from "../../components/page.module.css";

const route = getRouteApi("/usage/$id");

/** How the billed quantity of an hour was computed, with its evidence. */
export function UsageProofPage() {
  const { id } = route.useParams();
  const proof = useQuery(trpc.usage.proof.queryOptions({ id }));
  return (
    <div className={pageStyles.page}>
      <p className={pageStyles.backLink}>
        <Link to="/usage">Usage</Link>
        <ShortId id={id} of="hour" />
      </p>
      {proof.data ? (
        <Proof proof={proof.data} />
      ) : proof.error && isNotFound(proof.error) ? (
        <>
          <PageHeader title="Usage not found" />
          <Empty title="No usage with this ID">
            <Link to="/usage">Show all usage</Link>
          </Empty>
        </>
      ) : proof.error ? (
        <>
          <PageHeader title="Usage of an hour" />
          <Problem error={proof.error} onRetry={() => void proof.refetch()} />
        </>
      ) : (
        <>
          <PageHeader title="Usage of an hour" />
          <Skeleton height={480} />
        </>
      )}
    </div>
  );
}

function Proof({ proof }: { proof: UsageProof }) {
  const { hour } = proof;
  return (
    <>
      <PageHeader
        title={`${isolated(hour.dimensionName)} · ${isolated(hour.subscriptionName)}`}
        note={`The hour from ${formatExact(Date.parse(hour.hour))}`}
      >
        {/* A plain link, not the router's: the server responds with a file. */}
        <a className={buttonStyles.compact} href={`/exports/usage/${hour.id}.json`} download>
          Download as JSON
        </a>
      </PageHeader>
      <div className={detailsListStyles.factsRow}>
        <HourFacts hour={hour} digest={proof.digest} />
        <TermFacts proof={proof} />
        <MicrosoftFacts proof={proof} />
      </div>
      <Events proof={proof} />
      <CarriedUsageTable title="Late usage of other hours in this hour" rows={proof.carriedFrom} />
      <CarriedUsageTable title="Late usage of this hour in other hours" rows={proof.carriedTo} />
      <Calls calls={proof.calls} />
      <Entries entries={proof.entries} />
    </>
  );
}
