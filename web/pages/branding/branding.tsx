import { NativeSelect, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { Suspense, useState } from "react";
import { noBranding } from "../../../shared/branding.ts";
import type { BrandingScopeView } from "../../../shared/views/branding.ts";
import { Button } from "../../components/button.tsx";
import { lazyPart } from "../../components/lazy-part.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { Problem } from "../../components/problem.tsx";
import { Ago } from "../../components/time.tsx";
import { trpc } from "../../trpc.ts";
import { BrandingForm } from "./branding-form.tsx";
import * as pageStyles from "../../components/page.module.css";
import * as styles from "./branding.module.css";

const BrandingHistory = lazyPart(() => import("./branding-history.tsx"), "BrandingHistory");

const route = getRouteApi("/settings/branding");

export function BrandingPage() {
  const scopes = useQuery(trpc.branding.list.queryOptions());
  const { offer } = route.useSearch();
  const navigate = useNavigate({ from: "/settings/branding" });
  const { data } = scopes;
  const [forAll] = data ?? [];
  const scope = data?.find(({ offerId }) => offerId !== null && offerId === offer) ?? forAll;
  return (
    <div className={pageStyles.page}>
      <PageHeader
        title="Branding"
        note="The look of the landing page and of emails to purchasers, and your contact details."
      />
      {scopes.error && !data ? (
        <Problem error={scopes.error} onRetry={() => void scopes.refetch()} />
      ) : !data || !scope ? (
        <Skeleton height={640} />
      ) : (
        <>
          <NativeSelect
            className={styles.brandingScope}
            label="Offer"
            value={scope.offerId ?? ""}
            onChange={(event) => {
              const { value } = event.currentTarget;
              void navigate({ search: value === "" ? {} : { offer: value }, replace: true });
            }}
            data={data.map(({ offerId, offerName }) => ({
              value: offerId ?? "",
              label: offerId === null ? "All offers" : (offerName ?? offerId),
            }))}
          />
          <State key={scope.offerId} scope={scope} />
          <BrandingForm
            key={scope.offerId}
            scope={scope}
            inherited={scope.offerId === null ? noBranding : (forAll?.own ?? noBranding)}
          />
        </>
      )}
    </div>
  );
}

function State({ scope: { offerId, offerName, own } }: { scope: BrandingScopeView }) {
  const [isOpen, setOpen] = useState(false);
  if (own === null)
    return (
      <p className={styles.brandingState}>
        {offerId === null
          ? "No branding yet. The landing page uses the default colors and shows no publisher name or support contact."
          : "This offer uses the branding of all offers."}
      </p>
    );
  return (
    <div className={styles.brandingState}>
      <p>
        Version {own.version} by {own.actor.name} <Ago at={own.at} />: “{own.reason}”
      </p>
      <Button variant="default" size="compact-sm" onClick={() => setOpen(true)}>
        History
      </Button>
      <Suspense>
        {isOpen && <BrandingHistory offerId={offerId} offerName={offerName} onClose={() => setOpen(false)} />}
      </Suspense>
    </div>
  );
}
