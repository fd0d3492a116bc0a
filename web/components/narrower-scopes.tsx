import { type NamedScope, scopeLabelInFull } from "./scopes.tsx";

const maxNamed = 3;
const list = new Intl.ListFormat("en", { type: "conjunction" });

type Props<One extends NamedScope> = {
  scope: NamedScope;
  /** All scopes of the setting. */
  scopes: readonly One[];
  /** Whether a scope has a value of its own, instead of an inherited one. */
  hasOwn(scope: One): boolean;
  /** What they have, for one and for several: `a rule of its own`, `rules of their own`. */
  own: [one: string, several: string];
};

/** Says for which offers and plans the edited value does not apply, because they have their own. */
export function NarrowerScopes<One extends NamedScope>({ scope, scopes, hasOwn, own }: Props<One>) {
  const names = scopes.filter((one) => isNarrower(one, scope) && hasOwn(one)).map(nameOf);
  if (names.length === 0) return null;
  const more = names.length - maxNamed;
  const named = more > 0 ? [...names.slice(0, maxNamed), `${more} more`] : names;
  return (
    <p className="dim">
      This does not apply to {list.format(named)}, which {names.length === 1 ? `has ${own[0]}` : `have ${own[1]}`}.
    </p>
  );
}

function isNarrower(one: NamedScope, than: NamedScope): boolean {
  if (than.offerId === null) return one.offerId !== null;
  return one.offerId === than.offerId && than.planId === null && one.planId !== null;
}

/** `Contoso Insight`, `the plan Team of Contoso Insight`. */
function nameOf(scope: NamedScope): string {
  return scope.planId === null ? (scope.offerName ?? scope.offerId ?? "") : scopeLabelInFull(scope);
}
