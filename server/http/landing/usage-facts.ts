/** The usage of metered dimensions in the current term, next to what the plan includes. */
import { html } from "hono/html";
import { unlimited } from "../../../shared/usage.ts";
import type { DimensionUsage } from "../../../shared/views/usage.ts";
import type { Purchase } from "../../commands/purchases/purchase.ts";
import { quantityOf } from "../../domain/usage/quantity.ts";
import { fill } from "../../texts/text.ts";
import type { Html } from "../html.ts";
import type { Reader } from "../reader.ts";

export function usageFacts(reader: Reader, { usage }: Purchase): Html | string {
  if (usage.length === 0) return "";
  const { usage: texts } = reader.texts;
  const isLimited = usage.some(({ included }) => included !== null && included !== unlimited);
  return html`<h2>${texts.title}</h2>
    <dl>
      ${usage.map(
        (one) =>
          html`<div>
            <dt><bdi>${one.name}</bdi></dt>
            <dd><bdi>${usageText(reader, one)}</bdi></dd>
          </div>`,
      )}
    </dl>
    ${isLimited ? html`<p class="hint">${texts.hint}</p>` : ""}`;
}

function usageText(
  { texts: { usage: texts }, formats }: Reader,
  { used: digits, included, unit }: DimensionUsage,
): string {
  const quantity = (value: string) => (unit === null ? formats.quantity(value) : `${formats.quantity(value)} ${unit}`);
  const used = quantity(digits);
  if (included === null) return used;
  if (included === unlimited) return fill(texts.unlimited, { used });
  const isBeyond = quantityOf(digits).gt(quantityOf(included));
  return fill(isBeyond ? texts.beyond : texts.within, { used, included: quantity(included) });
}
