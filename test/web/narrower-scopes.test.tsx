import { render } from "@testing-library/react";
import { describe, expect, test } from "vitest";
import { NarrowerScopes } from "../../web/components/narrower-scopes.tsx";

const allOffers = { offerId: null, offerName: null, planId: null, planName: null };
const insight = { ...allOffers, offerId: "insight", offerName: "Contoso Insight" };
const vault = { ...allOffers, offerId: "vault", offerName: "Contoso Vault" };
const team = { ...insight, planId: "team", planName: "Team" };
const basic = { ...insight, planId: "basic", planName: null };
const scopes = [allOffers, insight, team, basic, vault];

function wordsFor(scope: typeof team | typeof insight | typeof allOffers, withOwn: unknown[]): string | null {
  const hasOwn = (one: unknown) => withOwn.includes(one);
  const own: [string, string] = ["a rule of its own", "rules of their own"];
  return render(<NarrowerScopes scope={scope} scopes={scopes} hasOwn={hasOwn} own={own} />).container.textContent;
}

describe("what a setting does not apply to", () => {
  test("is named, because it has its own", () => {
    expect(wordsFor(allOffers, [insight])).toBe("This does not apply to Contoso Insight, which has a rule of its own.");
    expect(wordsFor(allOffers, [allOffers, team, basic, vault])).toBe(
      "This does not apply to the plan Team of Contoso Insight, the plan basic of Contoso Insight, and Contoso Vault, which have rules of their own.",
    );
    expect(wordsFor(insight, [allOffers, insight, team, vault])).toBe(
      "This does not apply to the plan Team of Contoso Insight, which has a rule of its own.",
    );
  });

  test("is counted, if it is much", () => {
    expect(wordsFor(allOffers, [insight, team, basic, vault])).toContain(
      "the plan basic of Contoso Insight, and 1 more, which have rules of their own.",
    );
  });

  test("is not mentioned if there is nothing, and never for a plan", () => {
    expect(wordsFor(allOffers, [allOffers])).toBe("");
    expect(wordsFor(insight, [vault, insight])).toBe("");
    expect(wordsFor(team, scopes)).toBe("");
  });
});
