import { screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { scriptServer, show } from "../support/dashboard-parts.tsx";
import type { OverviewView } from "../../shared/views/overview.ts";
import { FunnelChart } from "../../web/pages/overview/activation-charts.tsx";

scriptServer();

test("the funnel shows next to each bar the share of purchases that got there", async () => {
  const cohort = { purchased: 8, activated: 6, live: 3 };
  const overview = { cohort, from: "2026-11-01", to: "2026-11-28" } as OverviewView;
  await show(<FunnelChart overview={overview} offer={undefined} />);
  const link = (name: string) => screen.findByRole("link", { name });
  expect((await link("6 (75%)")).getAttribute("href")).toContain("activated=true");
  await link("8 (100%)");
  await link("3 (38%)");
});
