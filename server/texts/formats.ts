/** Days, numbers, terms, waits and prices as a language writes them. The texts around them are in the catalogs. */
// cspell:words YMWD
import { type Day, startInUtc, utcDayOf } from "../../shared/day.ts";
import type { Language } from "../../shared/languages.ts";
import { landingTexts } from "./landing/landing-texts.ts";
import { fill } from "./text.ts";

export type ListPrice = { amount: string; currency: string; isPerSeat: boolean; termUnit: string | null };

const units = { D: "days", W: "weeks", M: "months", Y: "years" } as const;
type Duration = Partial<Record<(typeof units)[keyof typeof units], number>>;

/** `P1Y6M` as a duration; null for any other form: Microsoft may add terms. */
function durationOf(term: string): Duration | null {
  const parts = [...(/^P((?:\d{1,4}[YMWD])+)$/.exec(term)?.[1] ?? "").matchAll(/(\d{1,4})([YMWD])/g)];
  if (parts.length === 0) return null;
  return Object.fromEntries(parts.map(([, count, unit]) => [units[unit as keyof typeof units], Number(count)]));
}

const single = { P1D: "day", P1W: "week", P1M: "month", P1Y: "year" } as const;

function createFormats(language: Language) {
  const texts = landingTexts[language].facts;
  const dayFormat = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeZone: "UTC" });
  const numberFormat = new Intl.NumberFormat(language);
  const quantityFormat = new Intl.NumberFormat(language, { maximumFractionDigits: 10 });
  const durationFormat = new Intl.DurationFormat(language, { style: "long" });
  const waitIn = (count: number, unit: "second" | "minute") =>
    new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "long" }).format(count);

  const day = (value: Day) => dayFormat.format(startInUtc(value));
  const number = (value: number) => numberFormat.format(value);
  /** `1 month`, `1 year, 6 months`, `Pay as you go`; an unknown term as Microsoft sends it. */
  function term(value: string): string {
    if (value === "PAY") return texts.payAsYouGo;
    const duration = durationOf(value);
    return duration === null ? value : durationFormat.format(duration);
  }
  return {
    day,
    /** The day of an instant in UTC: the server does not know the reader's time zone. */
    date: (value: Date) => day(utcDayOf(value)),
    number,
    /** Decimal digits, exact. */
    quantity: (digits: string) => quantityFormat.format(digits as `${number}`),
    term,
    /** `45 seconds`, `3 minutes`. */
    wait: (seconds: number) => (seconds < 90 ? waitIn(seconds, "second") : waitIn(Math.ceil(seconds / 60), "minute")),
    /** `$20.00 per seat per month`. A price can be less than a cent, and a rounded one would be another price. */
    price({ amount: value, currency, isPerSeat, termUnit }: ListPrice): string {
      const format = new Intl.NumberFormat(language, { style: "currency", currency, maximumFractionDigits: 10 });
      const money = format.format(value as `${number}`);
      const amount = isPerSeat ? fill(texts.perSeat, { amount: money }) : money;
      if (termUnit === null) return amount;
      if (termUnit in single) return fill(texts[single[termUnit as keyof typeof single]], { amount });
      return fill(texts.every, { amount, term: term(termUnit) });
    },
  };
}

export type Formats = ReturnType<typeof createFormats>;

const made = new Map<Language, Formats>();

/** Made once for each language, because `Intl` objects are slow to make. */
export function formatsOf(language: Language): Formats {
  const known = made.get(language);
  if (known) return known;
  const formats = createFormats(language);
  made.set(language, formats);
  return formats;
}
