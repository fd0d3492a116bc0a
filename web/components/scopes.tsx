/** Versioned settings for all offers, an offer or a plan: list and history. */
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { includesRole } from "../../shared/roles.ts";
import type { RuleScope } from "../../shared/scope.ts";
import type { ActorView } from "../../shared/views/staff.ts";
import { trpc } from "../trpc.ts";
import { Button } from "./button.tsx";
import { GuardedButton } from "./guarded-button.tsx";
import { Ago } from "./time.tsx";
import * as styles from "./scopes.module.css";

export type Version = { version: number; at: string; actor: ActorView };
export type NamedScope = RuleScope & { offerName: string | null; planName: string | null };
type Scope = NamedScope & { own: Version | null };
export type ScopeView = "edit" | "history";

/** Outside of its list: `all offers`, `all plans of Contoso Insight`, `the plan Team of Contoso Insight`. */
export function scopeLabelInFull({ offerId, offerName, planId, planName }: NamedScope): string {
  if (offerId === null) return "all offers";
  const offer = offerName ?? offerId;
  return planId === null ? `all plans of ${offer}` : `the plan ${planName ?? planId} of ${offer}`;
}

/** Within its offer: `All plans`, `Team`. */
function scopeLabel({ offerId, planId, planName }: Scope): string {
  if (offerId === null) return "All offers";
  return planId === null ? "All plans" : (planName ?? planId);
}

type Props<One extends Scope> = {
  /** The name of the setting, as in `the rule for all offers`. */
  of: string;
  scopes: readonly One[];
  /** Shows the value that applies to a scope. */
  summary(scope: One): ReactNode;
  /** Shown to those who are not admins. */
  blockedReason: string;
  open(scope: One, view: ScopeView): void;
};

export function ScopeList<One extends Scope>({ of, scopes, summary, blockedReason, open }: Props<One>) {
  const me = useQuery(trpc.me.get.queryOptions());
  const isAdmin = me.data !== undefined && includesRole(me.data.role, "admin");
  const offers = Map.groupBy(scopes, ({ offerId }) => offerId);
  return (
    <>
      {[...offers].map(([offerId, scopesOfOffer]) => (
        <section key={offerId ?? ""} className={styles.scopes}>
          <h2>{offerId === null ? "All offers" : (scopesOfOffer[0]?.offerName ?? offerId)}</h2>
          <ul>
            {scopesOfOffer.map((scope) => (
              <li key={scope.planId ?? ""} className={styles.scope}>
                <h3>{scopeLabel(scope)}</h3>
                <div className={styles.scopeWords}>
                  {summary(scope)}
                  {scope.own && (
                    <p className="dim">
                      Version {scope.own.version} by {scope.own.actor.name} <Ago at={scope.own.at} />
                    </p>
                  )}
                </div>
                <div className={styles.scopeButtons}>
                  {scope.own && (
                    <Button variant="default" size="compact-sm" onClick={() => open(scope, "history")}>
                      History
                      <span className="sr-only">
                        {" "}
                        of the {of} for {scopeLabelInFull(scope)}
                      </span>
                    </Button>
                  )}
                  <GuardedButton
                    variant="default"
                    size="compact-sm"
                    blockedReason={isAdmin ? null : blockedReason}
                    onClick={() => open(scope, "edit")}
                  >
                    Edit
                    <span className="sr-only">
                      {" "}
                      the {of} for {scopeLabelInFull(scope)}
                    </span>
                  </GuardedButton>
                </div>
              </li>
            ))}
          </ul>
        </section>
      ))}
      {offers.size === 1 && (
        <p className="dim">
          Offers and plans appear here with their first subscription. Until then, all purchases use the {of} above.
        </p>
      )}
    </>
  );
}

export type Meanings<Mode extends string> = {
  modes: readonly Mode[];
  labels: Record<Mode, { name: string; meaning: string }>;
};

type MeaningsProps<Mode extends string> = Meanings<Mode> & { label: string; children: ReactNode };

/** Explains the modes that a scope can have. */
export function ModeMeanings<Mode extends string>({ label, modes, labels, children }: MeaningsProps<Mode>) {
  return (
    <section className={styles.scopeModes} aria-label={label}>
      <dl>
        {modes.map((mode) => (
          <div key={mode}>
            <dt>{labels[mode].name}</dt>
            <dd>{labels[mode].meaning}</dd>
          </div>
        ))}
      </dl>
      <p className="dim">{children}</p>
    </section>
  );
}
