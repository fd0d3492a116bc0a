/** Amounts of money in the reader's form. The amounts are exact decimals in text. */

/** `$1,200.00`, `1.200,00 €`. An amount that would be rounded to nothing has all its digits: `$0.0012`. */
export function formatMoney(amount: string, currency: string): string {
  const { format, maximumFractionDigits } = formatOf(currency);
  const coins = Math.abs(Number(amount)) * 10 ** maximumFractionDigits;
  if (coins > 0 && coins < 0.5) return formatUnitPrice(amount, currency);
  // `format` keeps all digits of a decimal in text, which its type does not say.
  return format.format(amount as `${number}`);
}

type CurrencyFormat = { format: Intl.NumberFormat; maximumFractionDigits: number };

/** Kept, because creating a format takes longer than drawing the row of a list that has an amount. */
const formats = new Map<string, CurrencyFormat>();
function formatOf(currency: string): CurrencyFormat {
  let found = formats.get(currency);
  if (found === undefined) {
    const format = new Intl.NumberFormat(undefined, { style: "currency", currency });
    found = { format, maximumFractionDigits: format.resolvedOptions().maximumFractionDigits ?? 2 };
    formats.set(currency, found);
  }
  return found;
}

/** With all digits, such as the price of a unit of usage, which can be less than a cent: `$0.0004`. */
export function formatUnitPrice(amount: string, currency: string): string {
  const format = new Intl.NumberFormat(undefined, { style: "currency", currency, maximumFractionDigits: 10 });
  return format.format(amount as `${number}`);
}
