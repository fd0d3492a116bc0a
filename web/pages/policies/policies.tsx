import { Button, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { activationWays } from "../../../shared/activation-policies.ts";
import { includesRole } from "../../../shared/roles.ts";
import type { ActivationPoliciesView, PolicyScopeView } from "../../../shared/views/activation-policies.ts";
import { GuardedButton } from "../../components/guarded-button.tsx";
import { PageHeading } from "../../components/page-heading.tsx";
import { Problem } from "../../components/problem.tsx";
import { Ago } from "../../components/time.tsx";
import { trpc } from "../../trpc.ts";
import { nameScope, nameWidely, wayWords } from "./policy-words.ts";
import "./policies.css";

const PolicyDialog = lazy(() => import("./policy-dialog.tsx").then((file) => ({ default: file.PolicyDialog })));

type Open = { scope: PolicyScopeView; view: "edit" | "history" };

export function PoliciesPage() {
  const policies = useQuery(trpc.policies.list.queryOptions());
  const [open, setOpen] = useState<Open | null>(null);
  return (
    <div className="page">
      <PageHeading
        title="Activation"
        note="What has to happen between a purchaser's confirmation and the activation, after which Microsoft bills. The policy of a plan goes before that of its offer, and that before the one for every offer."
      />
      <Ways />
      {policies.error && !policies.data ? (
        <Problem error={policies.error} onRetry={() => void policies.refetch()} />
      ) : !policies.data ? (
        <Skeleton height={320} />
      ) : (
        <Offers policies={policies.data} open={setOpen} />
      )}
      <Suspense>
        {open && policies.data && (
          <PolicyDialog
            key={`${open.view} ${open.scope.offerId} ${open.scope.planId}`}
            {...open}
            hasKey={policies.data.hasKey}
            onClose={() => setOpen(null)}
          />
        )}
      </Suspense>
    </div>
  );
}

function Ways() {
  return (
    <section className="policy-ways" aria-label="What each policy means">
      <dl>
        {activationWays.map((way) => (
          <div key={way}>
            <dt>{wayWords[way].name}</dt>
            <dd>{wayWords[way].meaning}</dd>
          </div>
        ))}
      </dl>
      <p className="dim">
        Microsoft lets a purchase lapse after 30 days without activation; it then costs nothing. Staff can activate one
        at any time. Plans that Microsoft activates by itself, a switch in Partner Center, ask nobody.
      </p>
    </section>
  );
}

function Offers({ policies, open }: { policies: ActivationPoliciesView; open(next: Open): void }) {
  const offers = Map.groupBy(policies.scopes, ({ offerId }) => offerId);
  return (
    <>
      {[...offers].map(([offerId, scopes]) => (
        <section key={offerId ?? ""} className="policies-of-offer">
          <h2>{offerId === null ? "All offers" : `Offer ${offerId}`}</h2>
          <ul>
            {scopes.map((scope) => (
              <Policy key={scope.planId ?? ""} scope={scope} hasKey={policies.hasKey} open={open} />
            ))}
          </ul>
        </section>
      ))}
      {offers.size === 1 && (
        <p className="dim">
          Offers and plans appear here with their first subscription; until then the policy above holds.
        </p>
      )}
    </>
  );
}

function Policy({ scope, hasKey, open }: { scope: PolicyScopeView; hasKey: boolean; open(next: Open): void }) {
  const me = useQuery(trpc.me.get.queryOptions());
  const { own } = scope;
  const isAdmin = me.data !== undefined && includesRole(me.data.role, "admin");
  return (
    <li className="policy">
      <h3>{nameScope(scope)}</h3>
      <div className="policy-words">
        <InWords scope={scope} />
        {own?.way === "product" && !hasKey && (
          <p className="trouble">No API key is in force, so no product can say that it is ready.</p>
        )}
        {own && (
          <p className="dim">
            Version {own.version} by {own.actor.name} <Ago at={own.at} />
          </p>
        )}
      </div>
      <div className="policy-buttons">
        {own && (
          <Button variant="default" size="compact-sm" onClick={() => open({ scope, view: "history" })}>
            History<span className="sr-only"> of the policy for {nameWidely(scope)}</span>
          </Button>
        )}
        <GuardedButton
          variant="default"
          size="compact-sm"
          whyNot={isAdmin ? null : "Only an admin can set activation policies."}
          onClick={() => open({ scope, view: "edit" })}
        >
          Edit<span className="sr-only"> the policy for {nameWidely(scope)}</span>
        </GuardedButton>
      </div>
    </li>
  );
}

/** The policy in force here; one that comes from a wider scope says from which. */
function InWords({ scope: { own, inForce } }: { scope: PolicyScopeView }) {
  if (!inForce?.way) return <p className="dim">No policy: {wayWords.at_once.name.toLowerCase()}</p>;
  const { name } = wayWords[inForce.way];
  if (own?.id === inForce.id) return <p>{name}</p>;
  return (
    <p className="dim">
      As {inForce.offerId === null ? "every offer" : "every plan of the offer"}: {name.toLowerCase()}
    </p>
  );
}
