import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Suspense, useState } from "react";
import { destinationModes, originOf } from "../../../shared/destinations.ts";
import type { DestinationScopeView } from "../../../shared/views/destinations.ts";
import { lazyPart } from "../../components/lazy-part.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { Problem } from "../../components/problem.tsx";
import { ModeMeanings, type ScopeView, ScopeList } from "../../components/scopes.tsx";
import { trpc } from "../../trpc.ts";
import { AllowedOrigins } from "./allowed-origins.tsx";
import { destinationLabels } from "./destination-labels.ts";
import * as pageStyles from "../../components/page.module.css";

const DestinationDialog = lazyPart(() => import("./destination-dialog.tsx"), "DestinationDialog");

type Open = { scope: DestinationScopeView; view: ScopeView };

/** Where purchasers go from the landing page. */
export function DestinationsPage() {
  const destinations = useQuery(trpc.destinations.list.queryOptions());
  const origins = useQuery(trpc.destinations.origins.queryOptions());
  const allowed = origins.data && new Set(origins.data.map(({ origin }) => origin));
  const error = destinations.error ?? origins.error;
  const [open, setOpen] = useState<Open | null>(null);
  return (
    <div className={pageStyles.page}>
      <PageHeader
        title="Destination"
        note="Where purchasers go from the landing page. The destination of a plan overrides that of its offer, which overrides the default."
      />
      <ModeMeanings label="What each destination means" modes={destinationModes} labels={destinationLabels}>
        Purchasers arrive with a signed handoff that is valid once, for five minutes: it identifies the purchase and the
        person. Your product verifies it with the client library.
      </ModeMeanings>
      {error && !(destinations.data && allowed) ? (
        <Problem error={error} onRetry={() => void Promise.all([destinations.refetch(), origins.refetch()])} />
      ) : !destinations.data || !origins.data || !allowed ? (
        <Skeleton height={320} />
      ) : (
        <>
          <ScopeList
            of="destination"
            scopes={destinations.data}
            summary={(scope) => <Summary scope={scope} allowed={allowed} />}
            blockedReason="Only an admin can set the destination of purchasers."
            open={(scope, view) => setOpen({ scope, view })}
          />
          <AllowedOrigins origins={origins.data} scopes={destinations.data} />
        </>
      )}
      <Suspense>
        {open && allowed && destinations.data && (
          <DestinationDialog
            key={`${open.view} ${open.scope.offerId} ${open.scope.planId}`}
            {...open}
            scopes={destinations.data}
            allowed={allowed}
            onClose={() => setOpen(null)}
          />
        )}
      </Suspense>
    </div>
  );
}

/** The active destination of a scope; an inherited one says from where. */
function Summary({ scope: { own, active }, allowed }: { scope: DestinationScopeView; allowed: ReadonlySet<string> }) {
  if (!active?.mode) return <p className="dim">{destinationLabels.page.name}</p>;
  const isOwn = own?.id === active.id;
  const isAllowed = active.url === null || allowed.has(originOf(active.url) ?? "");
  return (
    <>
      <p className={isOwn ? undefined : "dim"}>
        {!isOwn && `Inherited from ${active.offerId === null ? "all offers" : "the offer"}: `}
        {destinationLabels[active.mode].name}
        {active.opensOnReturn && "; return visits open the product"}
      </p>
      {isOwn && active.url && (
        <p>
          <code>{active.url}</code>
        </p>
      )}
      {isOwn && !isAllowed && (
        <p className="trouble">Not an allowed origin: purchasers are not sent there. Add the origin below.</p>
      )}
    </>
  );
}
