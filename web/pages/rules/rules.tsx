import { Button, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { limitsInWords } from "../../../shared/change-rules.ts";
import { includesRole } from "../../../shared/roles.ts";
import type { ChangeRulesView, RuleScopeView } from "../../../shared/views/change-rules.ts";
import { GuardedButton } from "../../components/guarded-button.tsx";
import { PageHeading } from "../../components/page-heading.tsx";
import { Problem } from "../../components/problem.tsx";
import { Ago } from "../../components/time.tsx";
import { trpc } from "../../trpc.ts";
import { nameScope, nameWidely, planNames } from "./rule-names.ts";
import "./rules.css";

/** Loaded when it is first opened: a form and its checks weigh more than the page. */
const RuleDialog = lazy(() => import("./rule-dialog.tsx").then((file) => ({ default: file.RuleDialog })));

type Open = { scope: RuleScopeView; view: "edit" | "history" };

export function RulesPage() {
  const rules = useQuery(trpc.rules.list.queryOptions());
  const [open, setOpen] = useState<Open | null>(null);
  return (
    <div className="page">
      <PageHeading
        title="Change rules"
        note="Which changes the desk accepts when a customer asks Microsoft for another plan or other seats. The plan that the customer has when they ask decides: its rule goes before that of its offer, and that before the rule for every offer."
      />
      {rules.error && !rules.data ? (
        <Problem error={rules.error} onRetry={() => void rules.refetch()} />
      ) : !rules.data ? (
        <Skeleton height={320} />
      ) : (
        <Offers rules={rules.data} open={setOpen} />
      )}
      {open && rules.data && (
        <Suspense fallback={null}>
          <RuleDialog
            key={`${open.view} ${open.scope.offerId} ${open.scope.planId}`}
            {...open}
            plans={(open.scope.offerId !== null && rules.data.plans[open.scope.offerId]) || []}
            onClose={() => setOpen(null)}
          />
        </Suspense>
      )}
    </div>
  );
}

function Offers({ rules, open }: { rules: ChangeRulesView; open(next: Open): void }) {
  const offers = Map.groupBy(rules.scopes, ({ offerId }) => offerId);
  return (
    <>
      {[...offers].map(([offerId, scopes]) => (
        <section key={offerId ?? ""} className="rules-of-offer">
          <h2>{offerId === null ? "All offers" : `Offer ${offerId}`}</h2>
          <ul>
            {scopes.map((scope) => (
              <Rule key={scope.planId ?? ""} scope={scope} rules={rules} open={open} />
            ))}
          </ul>
        </section>
      ))}
      {offers.size === 1 && (
        <p className="dim">
          Offers and plans appear here with their first subscription; until then the rule above decides.
        </p>
      )}
    </>
  );
}

function Rule({ scope, rules, open }: { scope: RuleScopeView; rules: ChangeRulesView; open(next: Open): void }) {
  const me = useQuery(trpc.me.get.queryOptions());
  const { own } = scope;
  const isAdmin = me.data !== undefined && includesRole(me.data.role, "admin");
  return (
    <li className="rule">
      <h3>{nameScope(scope)}</h3>
      <div className="rule-words">
        <RuleInWords scope={scope} rules={rules} />
        {own && (
          <p className="dim">
            Version {own.version} by {own.actor.name} <Ago at={own.at} />
          </p>
        )}
      </div>
      <div className="rule-ways">
        {own && (
          <Button variant="default" size="compact-sm" onClick={() => open({ scope, view: "history" })}>
            History<span className="sr-only"> of the rule for {nameWidely(scope)}</span>
          </Button>
        )}
        <GuardedButton
          variant="default"
          size="compact-sm"
          whyNot={isAdmin ? null : "Only an admin can set change rules."}
          onClick={() => open({ scope, view: "edit" })}
        >
          Edit<span className="sr-only"> the rule for {nameWidely(scope)}</span>
        </GuardedButton>
      </div>
    </li>
  );
}

/** The rule in force here; one that comes from a wider scope says from which. */
function RuleInWords({ scope, rules }: { scope: RuleScopeView; rules: ChangeRulesView }) {
  const { own, inForce } = scope;
  if (inForce === null) return <p className="dim">No rule: every change is accepted.</p>;
  const words = limitsInWords(inForce, planNames((inForce.offerId !== null && rules.plans[inForce.offerId]) || []));
  if (own?.id === inForce.id) return <p>Customers may change to: {words}</p>;
  return (
    <p className="dim">
      As {inForce.offerId === null ? "every offer" : "every plan of the offer"}: {words}
    </p>
  );
}
