import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { includesRole } from "../../../shared/roles.ts";
import type { OfferView } from "../../../shared/views/settings.ts";
import { GuardedButton } from "../../components/guarded-button.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { Empty, Problem } from "../../components/problem.tsx";
import { DateOf } from "../../components/time.tsx";
import { trpc } from "../../trpc.ts";
import * as buttonStyles from "../../components/button.module.css";
import * as pageStyles from "../../components/page.module.css";
import * as styles from "./offers.module.css";

const NameOfferDialog = lazy(() => import("./name-offer.tsx").then((file) => ({ default: file.NameOfferDialog })));

/** The names of offers, which Microsoft's API does not have. */
export function OffersPage() {
  const offers = useQuery(trpc.offers.list.queryOptions());
  const me = useQuery(trpc.me.get.queryOptions());
  const [open, setOpen] = useState<OfferView | null>(null);
  const whyNot = me.data && includesRole(me.data.role, "admin") ? null : "Only an admin can name offers.";
  return (
    <div className={pageStyles.page}>
      <PageHeader
        title="Offers"
        note="Microsoft's API has the names of plans, but only the IDs of offers. A name that you set here replaces the ID everywhere, also on the landing page and for earlier activity."
      />
      {offers.error && !offers.data ? (
        <Problem error={offers.error} onRetry={() => void offers.refetch()} />
      ) : !offers.data ? (
        <Skeleton height={200} />
      ) : offers.data.length === 0 ? (
        <Empty title="No offers yet">An offer appears here with its first purchase.</Empty>
      ) : (
        <ul>
          {offers.data.map((offer) => (
            <Offer key={offer.offerId} offer={offer} whyNot={whyNot} onName={() => setOpen(offer)} />
          ))}
        </ul>
      )}
      <Suspense>{open && <NameOfferDialog offer={open} onClose={() => setOpen(null)} />}</Suspense>
    </div>
  );
}

type OfferProps = { offer: OfferView; whyNot: string | null; onName(): void };

function Offer({ offer: { offerId, name, named, plans }, whyNot, onName }: OfferProps) {
  return (
    <li className={styles.offer}>
      <div>
        <h2>{name ?? offerId}</h2>
        <p className="dim">
          {name !== null && <code>{offerId}</code>}
          {named ? (
            <>
              {" · "}
              named by {named.byName}, <DateOf at={named.at} />
            </>
          ) : (
            "No name yet"
          )}
        </p>
      </div>
      <p>{plans.map((plan) => plan.name).join(" · ")}</p>
      <div className={styles.offerButtons}>
        <Link to="/subscriptions" search={{ offer: offerId }} className={buttonStyles.compact}>
          Subscriptions<span className="sr-only"> of {name ?? offerId}</span>
        </Link>
        <GuardedButton variant="default" size="compact-sm" whyNot={whyNot} onClick={onName}>
          {name === null ? "Name…" : "Rename…"}
          <span className="sr-only"> {name ?? offerId}</span>
        </GuardedButton>
      </div>
    </li>
  );
}
