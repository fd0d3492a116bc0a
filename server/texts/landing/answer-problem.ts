import { isDay } from "../../../shared/day.ts";
import type { Language } from "../../../shared/languages.ts";
import { formatsOf } from "../formats.ts";
import { fill } from "../text.ts";
import type { LandingTexts } from "./landing-texts.ts";

type Problem = {
  kind: Exclude<keyof LandingTexts["answers"], "heading" | "chooseOne" | "yes" | "no"> | "tooLong";
  limit: string | number | null;
};

/** What is wrong with an answer and how to correct it. */
export function answerProblem(
  language: Language,
  texts: LandingTexts,
  { kind, limit }: Problem,
  label: string,
): string {
  const formats = formatsOf(language);
  const value =
    typeof limit === "number" ? formats.number(limit) : isDay(limit ?? "") ? formats.day(limit as never) : "";
  if (kind === "tooLong") return fill(texts.contact.tooLong, { label, max: value });
  return fill(texts.answers[kind], { label, min: value, max: value } as never);
}
