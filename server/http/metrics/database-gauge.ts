/** A metric that is read from the database. */
import { Gauge, type GaugeConfiguration, type LabelValues } from "prom-client";

type Sample<Label extends string> = { labels: LabelValues<Label>; value: number };

/**
 * While the database is unavailable, the metric has no value. If it failed, the whole scrape would fail, with the metrics that say what is
 * wrong.
 * @param read the values; a number if there is one without labels
 */
export function databaseGauge<Label extends string = never>(
  config: Omit<GaugeConfiguration<Label>, "registers" | "collect">,
  read: () => Promise<number | Sample<Label>[]>,
): Gauge<Label> {
  return new Gauge<Label>({
    ...config,
    registers: [],
    async collect() {
      const values = await read().catch(() => []);
      this.reset();
      if (typeof values === "number") return this.set(values);
      // A gauge without labels would be 0 after the reset.
      if (config.labelNames === undefined) this.remove();
      for (const { labels, value } of values) this.set(labels, value);
    },
  });
}
