/** Versioned settings for all offers, an offer or a plan: list and history. */
import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { includesRole } from "../../shared/roles.ts";
import type { RuleScope } from "../../shared/scope.ts";
import type { ActorView } from "../../shared/views/staff.ts";
import { trpc } from "../trpc.ts";
import { GuardedButton } from "./guarded-button.tsx";
import { Ago } from "./time.tsx";
import "./scopes.css";

type Version = { version: number; at: string; actor: ActorView };
type Scope = RuleScope & { offerName: string | null; planName: string | null; own: Version | null };
export type ScopeView = "edit" | "history";

/** On its own: `all offers`, `all plans of Contoso Insight`, `the plan Team of Contoso Insight`. */
export function scopeLabelInFull({ offerId, offerName, planId, planName }: Omit<Scope, "own">): string {
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
  /** What is set, as in `the rule for all offers`. */
  of: string;
  scopes: readonly One[];
  /** What holds for a scope. */
  summary(scope: One): ReactNode;
  /** To those who are no admin. */
  whyNot: string;
  open(scope: One, view: ScopeView): void;
};

export function ScopeList<One extends Scope>({ of, scopes, summary, whyNot, open }: Props<One>) {
  const me = useQuery(trpc.me.get.queryOptions());
  const isAdmin = me.data !== undefined && includesRole(me.data.role, "admin");
  const offers = Map.groupBy(scopes, ({ offerId }) => offerId);
  return (
    <>
      {[...offers].map(([offerId, scopesOfOffer]) => (
        <section key={offerId ?? ""} className="scopes">
          <h2>{offerId === null ? "All offers" : (scopesOfOffer[0]?.offerName ?? offerId)}</h2>
          <ul>
            {scopesOfOffer.map((scope) => (
              <li key={scope.planId ?? ""} className="scope">
                <h3>{scopeLabel(scope)}</h3>
                <div className="scope-words">
                  {summary(scope)}
                  {scope.own && (
                    <p className="dim">
                      Version {scope.own.version} by {scope.own.actor.name} <Ago at={scope.own.at} />
                    </p>
                  )}
                </div>
                <div className="scope-ways">
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
                    whyNot={isAdmin ? null : whyNot}
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
          Offers and plans appear here with their first subscription; until then the {of} above holds.
        </p>
      )}
    </>
  );
}

type VersionsProps<One> = { versions: readonly One[]; summary(version: One): ReactNode };

/** Every version, the latest first. */
export function VersionList<One extends Version & { id: string; reason: string }>({
  versions,
  summary,
}: VersionsProps<One>) {
  return (
    <ol className="scope-versions" reversed>
      {versions.map((version, index) => (
        <li key={version.id}>
          <p>
            <strong>Version {version.version}</strong>
            {index === 0 && <span className="tag">latest</span>}
          </p>
          <p>{summary(version)}</p>
          <p className="quote">{version.reason}</p>
          <p className="dim">
            {version.actor.name}, <Ago at={version.at} />
          </p>
        </li>
      ))}
    </ol>
  );
}
